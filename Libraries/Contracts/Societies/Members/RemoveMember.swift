public import Contracts
import HTTPTypes

/// Ends another person's membership, or one's own.
public struct RemoveMember: ServiceOperation {
    public static let contract = Contract(
        "societies.members.remove",
        .delete("/societies/{id}/members/{userId}"),
        access: .user,
        "Remove a member",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed, .lastPresident]
    )
    public let id: SocietyID
    public let userId: UserID
    public typealias Reply = NoContent
}
