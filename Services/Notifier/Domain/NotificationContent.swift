import Contracts
import SocietiesContracts

/// What a notification says; all texts for people stand here.
struct NotificationContent: Sendable, Equatable {
    /// What happened, as clients tell notifications apart.
    let type: String
    let title: String
    let body: String
    let data: JSONValue
}

extension NotificationContent {
    init(_ event: RegistrationApproved) {
        type = RegistrationApproved.type
        title = "Welcome to \(event.societyName.text)"
        body = "Your registration was approved. You are a member now."
        data = Self.data(of: event.registrationId, in: event.societyId, event.societyName.text)
    }

    init(_ event: RegistrationRejected) {
        type = RegistrationRejected.type
        title = "\(event.societyName.text) did not accept your registration"
        body = event.reason.map { "The society says: \($0.text)" } ?? "The society gave no reason."
        data = Self.data(of: event.registrationId, in: event.societyId, event.societyName.text)
    }

    init(_ event: RegistrationSubmitted) {
        type = RegistrationSubmitted.type
        title = "A new registration for \(event.societyName.text)"
        body = "Someone would like to join and waits for your decision."
        data = Self.data(of: event.registrationId, in: event.societyId, event.societyName.text)
    }

    private static func data(of registration: RegistrationID, in society: SocietyID, _ name: String) -> JSONValue {
        [
            "societyId": .string(society.description), "societyName": .string(name),
            "registrationId": .string(registration.description),
        ]
    }
}
