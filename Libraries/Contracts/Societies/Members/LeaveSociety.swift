public import Contracts
import HTTPTypes

/// Ends one's own membership; the president transfers the presidency first.
public struct LeaveSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.members.leave",
        .post("/societies/{id}/leave"),
        access: .user,
        "Leave a society",
        success: .noContent,
        errors: [.notFound, .preconditionFailed, .lastPresident],
        endsAccess: true
    )
    public let id: SocietyID
    public typealias Reply = NoContent
}
