import Foundation
import TestKit

/// A request of the corpus.
struct HostileRequest {
    let name: String
    let statuses: Set<Int>
    /// Whether the connection may close without an answer.
    let mayClose: Bool
    let bytes: [UInt8]

    /// All requests of `Corpus/requests.txt`.
    static func corpus() throws -> [HostileRequest] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Corpus/requests.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            let parts = line.split(separator: " | ", maxSplits: 2)
            guard parts.count == 3 else { throw Missing(what: "a part of \(line)") }
            let statuses = parts[0].split(separator: " ")
            return HostileRequest(
                name: String(parts[1]),
                statuses: Set(statuses.compactMap { Int($0) }),
                mayClose: statuses.contains("-"),
                bytes: unescaped(parts[2])
            )
        }
    }

    private static func unescaped(_ text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let character = rest.popFirst() {
            switch character {
            case "\\": bytes.append(escape(&rest))
            case "{":
                // `{text*count}`; a brace of JSON has no star and a number before the next closing one.
                guard let end = rest.firstIndex(of: "}"), let star = rest[..<end].lastIndex(of: "*"),
                    let count = Int(rest[rest.index(after: star)..<end])
                else { bytes.append(UInt8(ascii: "{")); continue }
                let unit = unescaped(rest[..<star])
                for _ in 0..<count { bytes += unit }
                rest = rest[rest.index(after: end)...]
            default: bytes += Array(String(character).utf8)
            }
        }
        return bytes
    }

    private static func escape(_ rest: inout Substring) -> UInt8 {
        switch rest.popFirst() {
        case "r": return 13
        case "n": return 10
        case "t": return 9
        case "x":
            defer { rest = rest.dropFirst(2) }
            return UInt8(rest.prefix(2), radix: 16) ?? 0
        default: return UInt8(ascii: "\\")
        }
    }
}

/// Requests that are nearly right, or not at all.
struct RequestFuzzer {
    private var random: SeededGenerator

    init(seed: Seed) { random = seed.generator }

    private static let sound: [String] = [
        "GET /api/v1/things/1?x=1&y=a%20b HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nX-Request-Id: abc\r\n\r\n",
        "POST /api/v1/things/renew HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"token\":\"a\"}",
        "POST /api/v1/things/renew HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n",
        "GET /api/v1/things/favourite HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a.b.c\r\nCookie: access_token=x; csrf_token=y\r\n\r\n",
        "OPTIONS /api/v1/things HTTP/1.1\r\nHost: a\r\nOrigin: http://localhost:3000\r\nAccess-Control-Request-Method: POST\r\n\r\n",
        "GET /health/live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /.well-known/jwks.json HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.2.3.4, 5.6.7.8\r\nTraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n",
        "GET /connection/websocket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        "PATCH /api/v1/things/1 HTTP/1.1\r\nHost: a\r\nX-API-Key: rov_abc\r\nIdempotency-Key: k\r\nIf-Match: \"1\"\r\nContent-Type: application/merge-patch+json\r\nContent-Length: 2\r\n\r\n{}",
    ]

    /// Pieces that mean something to a parser.
    private static let pieces: [String] = [
        "\r", "\n", "\r\n", "\r\n\r\n", "\0", " ", "\t", ":", "%", "%00", "%2e%2e", "/..", "//", "\\", "?", "#", "&",
        "=",
        "HTTP/1.1", "HTTP/9.9", "Content-Length: 5\r\n", "Content-Length: -5\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: x\r\n", "Host: b\r\n", "Connection: close\r\n", "Connection: Upgrade\r\n",
        "Upgrade: websocket\r\n",
        "Expect: 100-continue\r\n", " folded\r\n", "ffffffffffffffff\r\n", "0\r\n\r\n", "Origin: null\r\n", "é",
        "\u{7F}",
        "X: " + String(repeating: "y", count: 17_000) + "\r\n", String(repeating: "Z: z\r\n", count: 120),
    ]

    mutating func next() -> [UInt8] {
        if Int.random(in: 0..<20, using: &random) == 0 {
            return (0..<Int.random(in: 1...600, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        }
        var bytes = Array((Self.sound.randomElement(using: &random) ?? "").utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes) }
        // Sometimes something follows on the same connection.
        if Int.random(in: 0..<8, using: &random) == 0 { bytes += Array((Self.sound.first ?? "").utf8) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &random) ?? "").utf8), at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
        case 3: insertField(into: &bytes)
        case 4: bytes.removeSubrange(place...)
        case 5: bytes[place] = [0, 9, 10, 13, 32, 58, 127, 255].randomElement(using: &random) ?? 0
        default: bytes.insert(contentsOf: bytes[place...].prefix(Int.random(in: 1...200, using: &random)), at: place)
        }
    }

    /// Puts a piece where a header field begins.
    private mutating func insertField(into bytes: inout [UInt8]) {
        let starts = bytes.indices.filter { $0 > 1 && bytes[$0 - 2] == 13 && bytes[$0 - 1] == 10 }
        guard let start = starts.randomElement(using: &random) else { return }
        bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &random) ?? "").utf8), at: start)
    }
}
