public import Contracts
import HTTPTypes

/// Ends a key at once.
public struct DeleteAPIKey: ServiceOperation {
    public static let contract = Contract(
        "auth.api-keys.delete",
        .delete("/api-keys/{id}"),
        access: .user,
        "End one of the caller's API keys at once",
        success: .noContent,
        errors: [.notFound, .preconditionFailed]
    )
    public let id: APIKeyID
    public typealias Reply = NoContent
}
