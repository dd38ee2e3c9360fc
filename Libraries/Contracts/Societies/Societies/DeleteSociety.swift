public import Contracts
import HTTPTypes

/// Removes a society with its members and registrations from everyone's sight.
public struct DeleteSociety: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.delete",
        .delete("/societies/{id}"),
        access: .user,
        "Delete a society",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed]
    )
    public let id: SocietyID
    public typealias Reply = NoContent
}
