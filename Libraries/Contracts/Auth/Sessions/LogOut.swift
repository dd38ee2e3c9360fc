public import Contracts
import HTTPTypes

/// Revokes the caller's sessions with their access tokens; revoking all sessions revokes the API keys too.
public struct LogOut: ServiceOperation {
    public enum Scope: String, ChoiceValue { case all, current }

    public static let contract = Contract(
        "auth.logout",
        .post("/auth/logout"),
        access: .user,
        "End the caller's sessions everywhere, or only this one",
        success: .noContent,
        idempotency: .notOffered,
        needsSession: true
    )
    /// `all` by default.
    public let scope: Scope?
    public typealias Reply = SignedOutReply

    public init(scope: Scope? = nil) { self.scope = scope }
}
