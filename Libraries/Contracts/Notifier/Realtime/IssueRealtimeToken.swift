public import Contracts

/// Issues the token with which the caller's client opens a live connection.
public struct IssueRealtimeToken: ServiceOperation {
    public static let contract = Contract(
        "notifier.realtime.issue-token",
        .post("/realtime/token"),
        access: .user,
        "Issue a token for a live connection",
        rate: .realtime,
        isIdempotent: true,
        idempotency: .notOffered
    )
    public typealias Reply = RealtimeToken
}

/// A token that a client presents when it connects.
public struct RealtimeToken: ContractObject, OperationReply, Equatable {
    public let token: String
    public let expiresAt: Timestamp

    public init(token: String, expiresAt: Timestamp) {
        self.token = token
        self.expiresAt = expiresAt
    }
}
