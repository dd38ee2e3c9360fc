public import Contracts
import HTTPTypes

/// Ends the caller's sessions, access tokens included, and with all of them the API keys.
public struct LogOut: ServiceOperation {
    public enum Scope: String, ChoiceValue { case all, current }

    public static let contract = Contract(
        "auth.logout",
        .post("/auth/logout"),
        access: .user,
        "Ends the caller's sessions everywhere, or only this one",
        success: .noContent,
        idempotency: .notOffered,
        needsSession: true
    )
    /// `all` by default.
    public let scope: Scope?
    public typealias Reply = SignedOutReply

    public init(scope: Scope? = nil) { self.scope = scope }
}
