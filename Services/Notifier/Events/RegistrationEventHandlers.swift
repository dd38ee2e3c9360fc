import Contracts
import ServiceKit
import SocietiesContracts

/// Tells the officers that somebody waits for their decision.
struct RegistrationSubmittedHandler: EventHandler {
    func handle(
        _ event: RegistrationSubmitted,
        metadata: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws {
        try await Delivery(transaction: transaction, source: metadata, tenant: event.universityId)
            .deliver(NotificationContent(event), to: event.officerIds, actor: event.userId)
    }
}

/// Tells the applicant that the answer is yes.
struct RegistrationApprovedHandler: EventHandler {
    func handle(_ event: RegistrationApproved, metadata: EventMetadata, in transaction: ServiceTransaction) async throws
    {
        try await Delivery(transaction: transaction, source: metadata, tenant: event.universityId)
            .deliver(NotificationContent(event), to: [event.userId], actor: event.decidedBy)
    }
}

/// Tells the applicant that the answer is no.
struct RegistrationRejectedHandler: EventHandler {
    func handle(_ event: RegistrationRejected, metadata: EventMetadata, in transaction: ServiceTransaction) async throws
    {
        try await Delivery(transaction: transaction, source: metadata, tenant: event.universityId)
            .deliver(NotificationContent(event), to: [event.userId], actor: event.decidedBy)
    }
}
