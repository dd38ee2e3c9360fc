import Contracts

/// A signed-in user's live connection, subscribed by the server to the user's own channel.
///
/// It speaks Centrifugo's client protocol v2 in JSON.
final class LiveChannel {
    /// How far a channel has been read, so that a later connection goes on from there.
    struct Position: Equatable {
        var channel: String
        var epoch: String
        var offset: Int
    }

    private let socket: WebSocketClient
    private var waiting: [JSONValue] = []
    /// Publications that came with the server's welcome because an earlier connection had missed them.
    private var recovered: [JSONValue] = []
    private(set) var position: Position?

    /// Connects with a token from `/realtime/token`.
    ///
    /// - Parameters:
    ///   - host: nginx's.
    ///   - port: nginx's.
    ///   - token: Says who it is.
    ///   - earlier: Where an earlier connection ended.
    /// - Throws: `Failure` with the server's words when it refuses.
    init(
        host: String = "127.0.0.1",
        port: Int,
        token: String,
        resuming earlier: Position? = nil
    ) async throws {
        socket = try await WebSocketClient(host: host, port: port, path: "/connection/websocket")
        var connect = JSONObject([("token", .string(token)), ("name", "rovierr")])
        if let earlier {
            let position: JSONValue = [
                "recover": true, "epoch": .string(earlier.epoch), "offset": .integer(earlier.offset),
            ]
            connect["subs"] = .object(JSONObject([(earlier.channel, position)]))
        }
        let command: JSONValue = ["id": 1, "connect": .object(connect)]
        try socket.send(command.text)
        let reply = try await next(within: .seconds(10))
        guard let welcome = reply["connect"] else { throw Failure("The live channel refuses: \(reply.text)") }
        guard let (channel, subscription) = welcome["subs"]?.objectValue?.members.first else { return }
        recovered = subscription["publications"]?.arrayValue ?? []
        position = Position(
            channel: channel,
            epoch: subscription["epoch"]?.stringValue ?? "",
            offset: recovered.isEmpty ? subscription["offset"]?.intValue ?? 0 : earlier?.offset ?? 0
        )
    }

    /// Waits for the next publication.
    ///
    /// - Returns: Its data.
    func publication(within timeout: Duration) async throws -> JSONValue {
        let deadline = ContinuousClock.now + timeout
        while recovered.isEmpty {
            let reply = try await next(within: deadline - .now)
            if let publication = reply["push"]?["pub"] { recovered.append(publication) }
        }
        let publication = recovered.removeFirst()
        if let offset = publication["offset"]?.intValue { position?.offset = offset }
        return publication["data"] ?? .null
    }

    /// Waits until the server ends the connection.
    ///
    /// - Returns: The code that it gives.
    func disconnection(within timeout: Duration) async throws -> Int {
        let deadline = ContinuousClock.now + timeout
        while true {
            do { _ = try await next(within: deadline - .now) } catch let end as Disconnected { return end.code }
        }
    }

    /// Asks the server for a sign of life; publications that come before its answer are kept.
    ///
    /// - Throws: `Disconnected` when the server has ended the connection.
    func ping(within timeout: Duration) async throws {
        let deadline = ContinuousClock.now + timeout
        try socket.send(#"{"id":2,"ping":{}}"#)
        while true {
            let reply = try await next(within: deadline - .now)
            if reply["ping"] != nil { return }
            if let publication = reply["push"]?["pub"] { recovered.append(publication) }
        }
    }

    func close() throws { try socket.close() }

    struct Disconnected: Error {
        let code: Int
        let reason: String
    }

    /// The next reply or push; pings are answered on the way.
    private func next(within timeout: Duration) async throws -> JSONValue {
        let deadline = ContinuousClock.now + timeout
        while waiting.isEmpty {
            switch try await socket.next(within: deadline - .now) {
            case .closed(let code, let reason): throw Disconnected(code: code, reason: reason)
            case .text(let text):
                for line in text.split(separator: "\n") {
                    let reply = try JSONParser.parse(Array(line.utf8))
                    if reply.objectValue?.isEmpty == true { try socket.send("{}") } else { waiting.append(reply) }
                }
            }
        }
        return waiting.removeFirst()
    }
}
