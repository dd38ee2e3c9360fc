public import Contracts

/// Accepts an applicant, who is a member from then on.
public struct ApproveRegistration: ServiceOperation {
    public static let contract = Contract(
        "societies.registrations.approve",
        .post("/societies/{id}/registrations/{registrationId}/approve"),
        access: .user,
        "Approve a registration, which makes the applicant a member",
        errors: [.forbidden, .notFound, .preconditionFailed, .alreadyDecided, .societyFull, .invalidState]
    )
    public let id: SocietyID
    public let registrationId: RegistrationID
    public typealias Reply = Registration
}

/// Declines an applicant.
public struct RejectRegistration: ServiceOperation {
    public static let contract = Contract(
        "societies.registrations.reject",
        .post("/societies/{id}/registrations/{registrationId}/reject"),
        access: .user,
        "Reject a registration",
        errors: [.forbidden, .notFound, .preconditionFailed, .alreadyDecided, .invalidState]
    )
    public let id: SocietyID
    public let registrationId: RegistrationID
    /// Shown to the applicant.
    public let reason: Text<1, 1_000>?
    public typealias Reply = Registration

    public init(id: SocietyID, registrationId: RegistrationID, reason: Text<1, 1_000>? = nil) {
        self.id = id
        self.registrationId = registrationId
        self.reason = reason
    }
}
