public import Contracts
import HTTPTypes

/// Ends one of the caller's sessions.
public struct EndSession: ServiceOperation {
    public static let contract = Contract(
        "auth.sessions.end",
        .delete("/auth/sessions/{id}"),
        access: .user,
        "End one of the caller's sessions",
        success: .noContent,
        errors: [.notFound, .preconditionFailed],
        needsSession: true
    )
    public let id: SessionID
    public typealias Reply = NoContent
}
