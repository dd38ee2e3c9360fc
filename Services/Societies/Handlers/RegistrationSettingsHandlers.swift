import Contracts
import FormsContracts
import ServiceKit
import SocietiesContracts

struct GetRegistrationSettingsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetRegistrationSettings, context: RequestContext) async throws -> RegistrationSettings {
        let sql = database.scoped(to: context)
        _ = try await SocietyStore(sql: sql).standing(of: context.user, in: request.id)
        guard let settings = try await RegistrationSettingsStore(sql: sql).find(request.id) else {
            throw ServiceError(.notFound, "The society takes no registrations.")
        }
        return settings
    }
}

struct ConfigureRegistrationHandler: OperationHandler {
    let database: ServiceDatabase
    let caller: ServiceCaller

    func handle(_ request: ConfigureRegistration, context: RequestContext) async throws -> RegistrationSettings {
        let user = try context.requireUser()
        // Before the form is asked for, since whether it exists is not everybody's to know.
        let sql = database.scoped(to: context)
        let standing = try await SocietyStore(sql: sql).standing(of: user, in: request.id)
        try standing.requireOfficer()
        try standing.society.status.requireNotArchived()
        if let present = try await RegistrationSettingsStore(sql: sql).find(request.id) {
            try context.checkPrecondition(present.etag)
        }
        try await bind(request.formId, to: standing.society, context)
        return try await database.transaction(context) { transaction in
            let standing = try await SocietyStore(sql: transaction).lockedStanding(of: user, in: request.id)
            try standing.requireOfficer()
            try standing.society.status.requireNotArchived()
            let settings = RegistrationSettingsStore(sql: transaction)
            if let present = try await settings.find(request.id) { try context.checkPrecondition(present.etag) }
            let stored = try await settings.put(request, of: standing.society)
            let university = standing.society.universityId
            let chosen = RegistrationFormChosen(societyId: request.id, universityId: university, formId: stored.formId)
            try await transaction.emit(chosen, tenant: university)
            return stored
        }
    }

    /// Makes the form take answers through registrations only, before the settings name it.
    ///
    /// Binding again changes nothing. If the settings are not stored, the form stays bound until the society chooses
    /// one: the event `RegistrationFormChosen` releases every other form of the society.
    private func bind(_ form: FormID, to society: Society, _ context: RequestContext) async throws {
        let binding = BindForm(formId: form, entityId: society.id.cast(), universityId: society.universityId)
        do { _ = try await caller.call(binding, context) } catch let error as ServiceError {
            switch error.code {
            case .notFound:
                throw ValidationError("formId", .notFound, "Must be a form that belongs to the society.")
            case .formNotOpen:
                throw ValidationError("formId", .notAllowed, "Must be a form that is published.")
            case .formIsAnonymous:
                throw ValidationError("formId", .notAllowed, "Must be a form that is not anonymous.")
            default: throw error
            }
        }
    }
}
