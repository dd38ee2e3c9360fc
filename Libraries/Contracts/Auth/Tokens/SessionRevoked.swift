public import Contracts

/// A session ended, so its access tokens and live connections end with it.
///
/// An API key counts as a session whose id is the key's.
public struct SessionRevoked: ServiceEvent, Equatable {
    public static let type = "auth.session.revoked"
    public static let producer = "auth"
    public let sessionId: SessionID
    public let userId: UserID
    public var aggregate: String { userId.description }

    public init(sessionId: SessionID, userId: UserID) {
        self.sessionId = sessionId
        self.userId = userId
    }
}
