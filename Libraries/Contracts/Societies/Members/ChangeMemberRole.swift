public import Contracts

/// Makes a member an officer, or an officer a member; for the president only.
public struct ChangeMemberRole: ServiceOperation {
    public static let contract = Contract(
        "societies.members.change-role",
        .patch("/societies/{id}/members/{userId}"),
        access: .user,
        "Change a member's role",
        errors: [.forbidden, .notFound, .preconditionFailed, .lastPresident, .invalidState, .quotaExceeded],
        isIdempotent: true
    )
    public let id: SocietyID
    public let userId: UserID
    public let role: AssignableRole
    public typealias Reply = Member
}
