import Contracts
import Dispatch
import Foundation

/// What came back.
struct HTTPReply: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    /// The body as JSON; `null` when it is none.
    var json: JSONValue { (try? JSONParser.parse(body)) ?? .null }
    var data: JSONValue { json["data"] ?? .null }
    var errorCode: String? { json["error"]?["code"]?.stringValue }
}

/// Plain HTTP/1.1, a connection per request: what the demo and the tests need of a client, and able to send what a proper
/// client refuses to.
struct HTTPClient: Sendable {
    var host = "127.0.0.1"
    let port: Int
    var timeout: Duration = .seconds(15)

    func send(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) async throws -> HTTPReply {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        return try await send(raw: Array((head + "\r\n").utf8) + (body ?? []))
    }

    /// Sends bytes as they are and reads until the other side closes.
    func send(raw request: [UInt8]) async throws -> HTTPReply {
        let (host, port, timeout) = (host, port, timeout)
        let bytes = try await blocking {
            let stream = try SocketStream(host: host, port: port, timeout: timeout)
            try stream.write(request)
            var bytes: [UInt8] = []
            while case let chunk = try stream.read(), !chunk.isEmpty { bytes += chunk }
            return bytes
        }
        return try HTTPReply(parsing: bytes)
    }
}

/// Runs what waits in the kernel on a thread that may wait.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
    }
}

extension HTTPReply {
    /// Reads a whole response, head and all.
    init(parsing bytes: [UInt8]) throws {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw Failure("The answer is no HTTP response")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw Failure("The answer has no status")
        }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        let isChunked = headers.contains { $0.name == "transfer-encoding" && $0.value.lowercased() == "chunked" }
        let body = Array(bytes[end.upperBound...])
        self.init(status: status, headers: headers, body: isChunked ? Self.joinChunks(body) : body)
    }

    private static func joinChunks(_ bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        var body: [UInt8] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            body += rest[line.upperBound...].prefix(size)
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        return body
    }
}
