public import Contracts
import HTTPTypes

/// Admits a live connection that the gateway holds: who it is, and what it missed on the channels that are its own.
public struct ConnectRealtime: ServiceOperation {
    public static let contract = Contract(
        "notifier.realtime.connect",
        access: .services,
        callers: ["gateway"],
        "Admit a live connection",
        errors: [.realtimeTokenExpired, .realtimeTokenInvalid],
        timeout: .seconds(5)
    )
    /// The connection token that the client sent.
    public let token: Text<1, 8_192>
    /// Where the client was on channels that it had before; it grants nothing.
    public let positions: [String: StreamPosition]
    public typealias Reply = RealtimeAdmission

    public init(token: Text<1, 8_192>, positions: [String: StreamPosition] = [:]) {
        self.token = token
        self.positions = positions
    }
}

/// A place in a channel's stream of publications.
public struct StreamPosition: ContractObject, Hashable {
    /// Of the last publication seen; 0 before the first.
    public let offset: Int64
    /// Which stream; offsets of different epochs have nothing to do with each other.
    public let epoch: String

    public init(offset: Int64, epoch: String) {
        self.offset = offset
        self.epoch = epoch
    }
}

/// The user that a live connection belongs to, and its server-side subscriptions.
public struct RealtimeAdmission: ContractObject, OperationReply, Equatable {
    /// The token's subject.
    public let userId: String
    /// The session whose end closes the connection; `nil` for tokens that name none.
    public let sessionId: SessionID?
    /// When the connection needs a new token; `nil` for never.
    public let expiresAt: Timestamp?
    public let subscriptions: [RealtimeSubscription]

    public init(
        userId: String,
        sessionId: SessionID?,
        expiresAt: Timestamp?,
        subscriptions: [RealtimeSubscription]
    ) {
        self.userId = userId
        self.sessionId = sessionId
        self.expiresAt = expiresAt
        self.subscriptions = subscriptions
    }
}

/// A server-side subscription, with what the client missed if it asked for that and everything is still there.
public struct RealtimeSubscription: ContractObject, Equatable {
    public let channel: String
    public let epoch: String
    /// The stream's top when it was read; `publications` reach up to it.
    public let offset: Int64
    /// `true` if the client named a position.
    public let wasRecovering: Bool
    /// `true` if `publications` are all that came after that position.
    public let recovered: Bool
    /// In the order of their offsets; empty unless `recovered`.
    public let publications: [RealtimePublication]

    public init(
        channel: String,
        epoch: String,
        offset: Int64,
        wasRecovering: Bool = false,
        recovered: Bool = false,
        publications: [RealtimePublication] = []
    ) {
        self.channel = channel
        self.epoch = epoch
        self.offset = offset
        self.wasRecovering = wasRecovering
        self.recovered = recovered
        self.publications = publications
    }
}

/// One publication of a stream.
public struct RealtimePublication: ContractObject, Equatable {
    public let offset: Int64
    public let data: RawJSON

    public init(offset: Int64, data: RawJSON) {
        self.offset = offset
        self.data = data
    }
}

extension ErrorCode {
    public static let realtimeTokenExpired = ErrorCode(
        "REALTIME_TOKEN_EXPIRED",
        .unauthorized,
        "The connection token has expired."
    )
    public static let realtimeTokenInvalid = ErrorCode(
        "REALTIME_TOKEN_INVALID",
        .unauthorized,
        "The connection token is not valid."
    )
}
