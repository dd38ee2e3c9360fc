import Contracts
import NotifierContracts

/// What a client asks: one message of Centrifugo's client protocol v2 in JSON.
enum ClientCommand: Equatable {
    enum Method: String, CaseIterable {
        case connect, subscribe, unsubscribe, publish, presence, history, ping, send, rpc, refresh
        case presenceStats = "presence_stats"
        case subRefresh = "sub_refresh"

        init?(name: String) {
            guard let method = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: name) }) else { return nil }
            self = method
        }
    }

    /// The answer to our ping.
    case pong
    case call(id: UInt32, Method, JSONObject)

    /// Reads one JSON object; `nil` is what breaks the protocol.
    init?(_ line: some Sequence<UInt8>) {
        let text = OpaqueData.removed(from: Array(line))
        guard let object = try? JSONParser.parse(text).objectValue else { return nil }  // any fault is one
        if object.isEmpty {
            self = .pong
            return
        }
        let first = object.members.lazy.compactMap { member in Method(name: member.name).map { ($0, member.value) } }
            .first
        guard let (method, value) = first, let parameters = value.objectValue else { return nil }
        let id = object["id"].map { $0.intValue.flatMap { UInt32(exactly: $0) } } ?? 0
        guard let id, id > 0 || method == .send else { return nil }
        self = .call(id: id, method, parameters)
    }
}

/// Why the server closes a live connection.
///
/// Clients come back after every code below 3500.
enum Disconnect: UInt16 {
    case shutdown = 3001
    case connectionExpired = 3005
    case slow = 3008
    case insufficientState = 3010
    case noPong = 3012
    case tooManyRequests = 3013
    case invalidToken = 3500
    case badRequest = 3501
    case stale = 3502
    /// The person has reached the limit on live connections.
    case connectionLimit = 3506
    case notAvailable = 3508

    var reason: String {
        switch self {
        case .shutdown: "shutdown"
        case .connectionExpired: "connection expired"
        case .slow: "slow"
        case .insufficientState: "insufficient state"
        case .noPong: "no pong"
        case .tooManyRequests: "too many requests"
        case .invalidToken: "invalid token"
        case .badRequest: "bad request"
        case .stale: "stale"
        case .connectionLimit: "connection limit"
        case .notAvailable: "not available"
        }
    }
}

/// Why a command failed while the connection goes on.
enum CommandError: Int {
    case internalError = 100
    case permissionDenied = 103
    case methodNotFound = 104
    case alreadySubscribed = 105
    case badRequest = 107
    case notAvailable = 108
    case tokenExpired = 109

    var message: String {
        switch self {
        case .internalError: "internal server error"
        case .permissionDenied: "permission denied"
        case .methodNotFound: "method not found"
        case .alreadySubscribed: "already subscribed"
        case .badRequest: "bad request"
        case .notAvailable: "not available"
        case .tokenExpired: "token expired"
        }
    }
}

/// Writes what the server says.
///
/// Names are snake_case, numbers are numbers, and zero, empty and false are left out.
enum ServerMessage {
    static func error(_ error: CommandError, to id: UInt32) -> [UInt8] {
        reply(to: id, "error") { writer in
            writer.name("code")
            writer.integer(error.rawValue)
            writer.name("message")
            writer.string(error.message)
            if error == .internalError {
                writer.name("temporary")
                writer.bool(true)
            }
        }
    }

    static func reply(to id: UInt32, _ method: String, _ body: (inout JSONWriter) -> Void = { _ in }) -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.name("id")
        writer.integer(id)
        writer.name(method)
        writer.beginObject()
        body(&writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    static func publication(channel: String, data: RawJSON, offset: Int64) -> [UInt8] {
        var writer = JSONWriter(capacity: data.bytes.count + channel.utf8.count + 64)
        writer.beginObject()
        writer.name("push")
        writer.beginObject()
        writer.name("channel")
        writer.string(channel)
        writer.name("pub")
        writer.publication(data, offset)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func publication(_ data: RawJSON, _ offset: Int64) {
        beginObject()
        name("data")
        raw(data.bytes)
        if offset > 0 {
            name("offset")
            integer(offset)
        }
        endObject()
    }

    /// The members by which a client learns when its token runs out.
    mutating func expiry(secondsLeft: Int?) {
        guard let secondsLeft else { return }
        name("expires")
        bool(true)
        name("ttl")
        integer(max(1, secondsLeft))
    }

    /// A server-side subscription as the connect reply tells it.
    ///
    /// A recovered client advances by the publications from the offset that it requested itself.
    mutating func subscription(_ subscription: RealtimeSubscription, requested: Int64) {
        beginObject()
        name("recoverable")
        bool(true)
        name("positioned")
        bool(true)
        name("epoch")
        string(subscription.epoch)
        let offset = subscription.recovered ? requested : subscription.offset
        if offset > 0 {
            name("offset")
            integer(offset)
        }
        if subscription.wasRecovering {
            name("was_recovering")
            bool(true)
        }
        if subscription.recovered {
            name("recovered")
            bool(true)
            if !subscription.publications.isEmpty {
                name("publications")
                beginArray()
                for publication in subscription.publications { self.publication(publication.data, publication.offset) }
                endArray()
            }
        }
        endObject()
    }
}
