public import Contracts

/// Lists sessions, API keys among them, that ended while they may still look valid; the gateway asks every second.
public struct ListRevocations: ServiceOperation {
    public static let contract = Contract(
        "auth.revocations.list",
        access: .services,
        callers: ["gateway"],
        "List sessions that ended lately",
        timeout: .seconds(2)
    )
    /// `position` of the reply before; by default everything that ended within an access token's lifetime.
    public let since: Int64?
    /// `next` of the previous page; by default the list's beginning.
    public let after: SessionID?
    public typealias Reply = Revocations

    public init(since: Int64? = nil, after: SessionID? = nil) {
        self.since = since
        self.after = after
    }
}

/// A page of the sessions that ended after a position.
public struct Revocations: ContractObject, OperationReply, Equatable {
    /// `since` of the next poll, once all pages have been read; the first page's position applies.
    ///
    /// No session that ends later is missed; one that ended before may be told again.
    public let position: Int64
    public let revocations: [Revocation]
    /// `after` of the next page; `nil` on the last page.
    public let next: SessionID?

    public init(position: Int64, revocations: [Revocation], next: SessionID? = nil) {
        self.position = position
        self.revocations = revocations
        self.next = next
    }
}

/// A session that ended.
public struct Revocation: ContractObject, Equatable {
    public let sessionId: SessionID
    public let revokedAt: Timestamp

    public init(sessionId: SessionID, revokedAt: Timestamp) {
        self.sessionId = sessionId
        self.revokedAt = revokedAt
    }
}
