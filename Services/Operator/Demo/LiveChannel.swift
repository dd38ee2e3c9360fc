import Contracts

/// A signed-in user's live connection: Centrifugo's client protocol v2 in JSON, with the server-side subscription to the
/// user's own channel.
final class LiveChannel {
    private let socket: WebSocketClient
    private var waiting: [JSONValue] = []
    /// The server's answer to `connect`.
    private(set) var welcome: JSONValue = .null

    /// Connects with a token from `/realtime/token`.
    init(port: Int, token: String) async throws {
        socket = try await WebSocketClient(port: port, path: "/connection/websocket")
        let command: JSONValue = ["id": 1, "connect": ["token": .string(token), "name": "rovierr"]]
        try socket.send(String(decoding: command.bytes, as: UTF8.self))
        while true {
            let reply = try await next(within: .seconds(10))
            if let error = reply["error"] {
                throw Failure("The live channel refuses: \(error["message"]?.stringValue ?? "?")")
            }
            guard let connect = reply["connect"] else { continue }
            welcome = connect
            return
        }
    }

    /// Waits for the next publication.
    ///
    /// - Returns: Its data.
    func publication(within timeout: Duration) async throws -> JSONValue {
        let deadline = ContinuousClock.now + timeout
        while true {
            let reply = try await next(within: deadline - .now)
            if let data = reply["push"]?["pub"]?["data"] { return data }
        }
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
