import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

/// Binds the form that a society has chosen for registrations, and releases the earlier ones.
struct RegistrationFormChosenHandler: EventHandler {
    func handle(
        _ event: RegistrationFormChosen,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws {
        let forms = FormStore(sql: transaction)
        try await forms.release(of: event.societyId.cast(), except: event.formId)
        if let form = try await forms.lock(event.formId), form.mayBeBound(to: event.societyId.cast()) {
            try await forms.bind(form, to: event.societyId.cast())
        }
    }
}

/// Deletes the unanswered forms of a deleted society and releases the others.
///
/// Released forms keep their answers until the university's administrators delete them. Their authors can no longer
/// delete them, so they don't count toward the authors' quotas.
struct SocietyDeletedHandler: EventHandler {
    let entities: EntityAccess

    func handle(_ event: SocietyDeleted, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        entities.forget(after: event)
        let forms = FormStore(sql: transaction)
        try await forms.release(of: event.societyId.cast(), except: nil)
        try await forms.orphan(of: event.societyId.cast())
    }
}
