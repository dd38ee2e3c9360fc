public import Contracts

/// Makes another member the president; the one before stays as an officer.
///
/// Allowed for the president and for moderators.
public struct TransferPresidency: ServiceOperation {
    public static let contract = Contract(
        "societies.members.transfer-presidency",
        .post("/societies/{id}/transfer-presidency"),
        access: .user,
        "Transfer the presidency to another member",
        errors: [.forbidden, .notFound, .preconditionFailed, .invalidState, .quotaExceeded],
        endsAccess: true
    )
    public let id: SocietyID
    public let userId: UserID
    /// The new president.
    public typealias Reply = Member
}
