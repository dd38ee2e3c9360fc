public import Contracts

/// Lists sessions, API keys among them, that ended while they may still look valid; the gateway asks every second.
public struct ListRevocations: ServiceOperation {
    public static let contract = Contract(
        "auth.revocations.list",
        access: .services,
        callers: ["gateway"],
        "Lists sessions that ended lately",
        timeout: .seconds(2)
    )
    /// `position` of the reply before; by default everything that ended within an access token's lifetime.
    public let since: Int64?
    public typealias Reply = Revocations

    public init(since: Int64? = nil) { self.since = since }
}

/// Sessions that ended after a position.
public struct Revocations: ContractObject, OperationReply, Equatable {
    /// What to ask with next time.
    ///
    /// No session that ends later is missed; one that ended before may be told again.
    public let position: Int64
    public let revocations: [Revocation]

    public init(position: Int64, revocations: [Revocation]) {
        self.position = position
        self.revocations = revocations
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
