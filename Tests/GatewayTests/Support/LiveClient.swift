import Contracts

/// A WebSocket client for one test: frames as RFC 6455 has them, messages as the live protocol has them.
final class LiveClient {
    enum Message: Equatable {
        case json(JSONValue)
        case close(code: Int, reason: String)
    }

    private let connection: RawConnection
    private var pending: [Message] = []

    init(_ connection: RawConnection) { self.connection = connection }

    /// - Returns: The handshake's response; 101 when it went well.
    func open(_ headers: [(String, String)] = []) async throws -> RawConnection.Response {
        let handshake = [
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        try await connection.send(TestGateway.text("GET /connection/websocket", handshake + headers))
        return try await connection.response()
    }

    func send(_ text: String, opcode: UInt8 = 1) async throws {
        let bytes = Array(text.utf8)
        var frame: [UInt8] = [0x80 | opcode]
        switch bytes.count {
        case ..<126: frame.append(0x80 | UInt8(bytes.count))
        case ..<65_536: frame += [0x80 | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)]
        default: frame += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (56 - 8 * $0)) }
        }
        let mask: [UInt8] = [1, 2, 3, 4]
        frame += mask + bytes.enumerated().map { $0.element ^ mask[$0.offset & 3] }
        try await connection.send(frame)
    }

    /// Sends bytes that may not be valid frames.
    func send(raw bytes: [UInt8]) async throws { try await connection.send(bytes) }

    /// Tells whether the other side has closed without sending anything first.
    func isClosed() async throws -> Bool { try await connection.isClosed() }

    /// The next message; several may come in one frame.
    func next() async throws -> Message {
        while pending.isEmpty { try await readFrame() }
        return pending.removeFirst()
    }

    private func readFrame() async throws {
        let head = try await connection.bytes(2)
        var length = Int(head[1] & 0x7F)
        if length == 126 { length = try await connection.bytes(2).reduce(0) { $0 << 8 | Int($1) } }
        if length == 127 { length = try await connection.bytes(8).reduce(0) { $0 << 8 | Int($1) } }
        let body = try await connection.bytes(length)
        switch head[0] & 0x0F {
        case 1:
            for line in body.split(separator: UInt8(ascii: "\n")) {
                pending.append(.json(try JSONParser.parse(Array(line))))
            }
        case 8:
            let code = body.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            pending.append(.close(code: code, reason: String(decoding: body.dropFirst(2), as: UTF8.self)))
        default: break
        }
    }
}

extension TestGateway {
    func live<Value: Sendable>(_ body: @Sendable (LiveClient) async throws -> Value) async throws -> Value {
        try await connect { connection in
            let client = LiveClient(connection)
            guard try await client.open().status == 101 else { throw RawConnection.Closed() }
            return try await body(client)
        }
    }
}
