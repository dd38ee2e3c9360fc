public import Contracts

/// Spends a refresh token for a new pair.
///
/// A spent one ends its whole session, unless it comes back within ten seconds and its successor was not used yet, as when
/// two tabs refresh at once: then the answer holds the same successor.
public struct RefreshSession: ServiceOperation {
    public static let contract = Contract(
        "auth.sessions.refresh",
        .post("/auth/refresh-token", aliases: ["/auth/refresh"]),
        access: .everyone,
        "Exchange a refresh token for a new pair",
        errors: [.tokenReused],
        priority: .high,
        idempotency: .notOffered
    )
    /// By default the one in the cookie.
    public let refreshToken: RefreshToken?
    public typealias Reply = SignedInReply
}
