import Contracts
import NIOCore
import NIOPosix

/// A connection on which a test says byte for byte what it wants to.
final class RawConnection {
    struct Response: Equatable {
        let status: Int
        let headers: [String: String]
        let cookies: [String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
        var errorCode: String? { json["error"]?["code"]?.stringValue }
    }

    struct Closed: Error {}

    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var buffer: [UInt8] = []

    init(_ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// The next so many bytes.
    func bytes(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count { try await more() }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private func more() async throws {
        guard let next = try await inbound.next(isolation: #isolation) else { throw Closed() }
        buffer += Array(next.readableBytesView)
    }

    /// Tells whether the other side has closed, and sent nothing before.
    func isClosed() async throws -> Bool {
        guard buffer.isEmpty else { return false }
        do { return try await inbound.next(isolation: #isolation) == nil } catch { return true }  // reset is closed too
    }

    /// The next chunk of a body whose length was not said; empty for the last.
    func chunk() async throws -> [UInt8] {
        var line: [UInt8] = []
        while line.suffix(2) != Array("\r\n".utf8)[...] { line += try await bytes(1) }
        guard let count = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) else { throw Closed() }
        let chunk = try await bytes(count)
        _ = try await bytes(2)
        return chunk
    }

    /// The next response; one to a `HEAD` has no body.
    func response(isHead: Bool = false) async throws -> Response {
        let end = Array("\r\n\r\n".utf8)
        var length: Int?
        repeat {
            length = buffer.indices.first { buffer[$0...].starts(with: end) }
            if length == nil { try await more() }
        } while length == nil
        let head = String(decoding: try await bytes((length ?? 0) + 4), as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        var headers: [String: String] = [:]
        var cookies: [String] = []
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            let (name, value) = (pair[0].lowercased(), pair.count > 1 ? String(pair[1].drop { $0 == " " }) : "")
            if name == "set-cookie" { cookies.append(value) } else { headers[name] = value }
        }
        let status = Int(lines.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
        let isBodiless = isHead || status == 101 || headers["transfer-encoding"] != nil
        let body = isBodiless ? [] : try await bytes(Int(headers["content-length"] ?? "0") ?? 0)
        return Response(status: status, headers: headers, cookies: cookies, body: body)
    }
}

extension TestGateway {
    /// Connects to the gateway, to another one on the given port, or to a Unix socket.
    func connect<Value: Sendable>(
        to port: Int? = nil,
        socket: String? = nil,
        _ body: (RawConnection) async throws -> Value
    ) async throws -> Value {
        let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
            }
        }
        let channel =
            if let socket {
                try await bootstrap.connect(unixDomainSocketPath: socket, channelInitializer: wrap)
            } else {
                try await bootstrap.connect(host: "127.0.0.1", port: port ?? self.port, channelInitializer: wrap)
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound, outbound))
        }
    }

    /// One request on a connection of its own; `Host` and `Content-Length` come by themselves.
    func request(
        _ line: String,
        _ headers: [(String, String)] = [],
        body: String? = nil,
        socket: String? = nil
    ) async throws -> RawConnection.Response {
        try await connect(socket: socket) { connection in
            try await connection.send(Self.text(line, headers, body: body))
            return try await connection.response(isHead: line.hasPrefix("HEAD "))
        }
    }

    static func text(_ line: String, _ headers: [(String, String)] = [], body: String? = nil) -> String {
        var headers = [("Host", "localhost")] + headers
        if let body {
            headers.append(("Content-Length", String(body.utf8.count)))
            if !headers.contains(where: { $0.0 == "Content-Type" }) {
                headers.append(("Content-Type", "application/json"))
            }
        }
        return "\(line) HTTP/1.1\r\n" + headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n" + (body ?? "")
    }
}

/// The header field that carries an access token.
func bearer(_ token: String) -> (String, String) { ("Authorization", "Bearer \(token)") }
