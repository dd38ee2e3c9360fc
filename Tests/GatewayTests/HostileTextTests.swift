import Contracts
import NotifierContracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    /// Comparing a run of n combining marks costs n², so every place that takes text is tried with many of them.
    @Suite("Text that is costly to compare", .timeLimit(.minutes(10)))
    struct HostileTextTests {
        /// A place for a client's text in an HTTP request.
        enum Place: CaseIterable, CustomTestStringConvertible {
            case rawPath, path, rawQuery, queryName, queryValue
            case host, origin, accept, acceptTwice, ifNoneMatch, ifMatch, cookie, accessCookie, csrf, authorization,
                bearer
            case basic, apiKey, idempotencyKey, requestID, traceparent, userAgent, forwardedFor, realIP, contentType
            case contentEncoding, connection, upgrade, expect, requestedMethod, protocols, unknown

            var testDescription: String { "\(self)" }

            /// The text's length in bytes; encoding triples it, and a head has a limit.
            private var length: Int {
                switch self {
                case .path, .queryName, .queryValue: 5_000
                case .acceptTwice: 12_000
                default: 15_000
                }
            }

            func request(_ text: (Int) -> String) -> String {
                let text = text(length)
                let encoded = text.utf8.map { "%" + String($0, radix: 16) }.joined()
                func get(_ path: String = "/api/v1/things/1", _ name: String = "X-A", _ value: String = "a") -> String {
                    TestGateway.text("GET \(path)", [(name, value)])
                }
                return switch self {
                case .rawPath: get("/api/v1/things/\(text)")
                case .path: get("/api/v1/things/\(encoded)")
                case .rawQuery: get("/api/v1/things/1?q=\(text)")
                case .queryName: get("/api/v1/things/1?\(encoded)=1")
                case .queryValue: get("/api/v1/things/1?q=\(encoded)")
                case .host: "GET /api/v1/things/1 HTTP/1.1\r\nHost: \(text)\r\n\r\n"
                case .acceptTwice: TestGateway.text("GET /api/v1/x", [("Accept", text), ("Accept", text)])
                case .accessCookie: get("/api/v1/things/1", "Cookie", "access_token=\(text)")
                case .bearer: get("/api/v1/things/1", "Authorization", "Bearer \(text)")
                case .basic: get("/api/v1/things/1", "Authorization", "\(text) x")
                case .idempotencyKey:
                    TestGateway.text("POST /api/v1/things/renew", [("Idempotency-Key", text)], body: "{}")
                case .contentType: TestGateway.text("POST /api/v1/things/renew", [("Content-Type", text)], body: "{}")
                case .requestedMethod:
                    TestGateway.text(
                        "OPTIONS /api/v1/things/1",
                        [("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", text)]
                    )
                default: get("/api/v1/things/1", field, text)
                }
            }

            private var field: String {
                switch self {
                case .origin: "Origin"
                case .accept: "Accept"
                case .ifNoneMatch: "If-None-Match"
                case .ifMatch: "If-Match"
                case .cookie: "Cookie"
                case .csrf: "X-CSRF-Token"
                case .authorization: "Authorization"
                case .apiKey: "X-API-Key"
                case .requestID: "X-Request-Id"
                case .traceparent: "Traceparent"
                case .userAgent: "User-Agent"
                case .forwardedFor: "X-Forwarded-For"
                case .realIP: "X-Real-IP"
                case .contentEncoding: "Content-Encoding"
                case .connection: "Connection"
                case .upgrade: "Upgrade"
                case .expect: "Expect"
                case .protocols: "Sec-WebSocket-Protocol"
                default: "X-Unknown"
                }
            }
        }

        static func marks(_ bytes: Int) -> String { "e" + String(repeating: "\u{301}\u{323}", count: bytes / 4) }
        static func letters(_ bytes: Int) -> String { String(repeating: "e", count: bytes) }

        @Test("Requests with marks take no longer than with letters, and are 400", arguments: Place.allCases)
        func requests(place: Place) async throws {
            try await withGateway { gateway in
                let costly = place.request(Self.marks)
                let plain = place.request(Self.letters)
                let refusal = try await Self.send(costly, to: gateway)
                #expect(refusal.status == 400 && refusal.json["success"] == false, "\(refusal.text)")
                #expect(refusal.headers["x-request-id"] == refusal.json["requestId"]?.stringValue)
                try await until {
                    let first = try await Self.time { try await Self.send(plain, to: gateway) }
                    let second = try await Self.time { try await Self.send(costly, to: gateway) }
                    return second < first * 3 ? () : nil
                }
            }
        }

        private static func time(_ send: () async throws -> RawConnection.Response) async throws -> Duration {
            let start = ContinuousClock.now
            for _ in 0..<20 { _ = try await send() }
            return .now - start
        }

        private static func send(_ text: String, to gateway: TestGateway) async throws -> RawConnection.Response {
            try await gateway.connect { connection in
                try await connection.send(text)
                return try await connection.response()
            }
        }

        /// Commands with the client's text in every possible place.
        private static let commands: [@Sendable (String) -> String] = [
            { "{\"\($0)\":1}" }, { "{\"id\":1,\"\($0)\":{}}" }, { "{\"id\":1,\"connect\":{\"\($0)\":1}}" },
            { "{\"id\":1,\"connect\":{\"token\":\"\($0)\"}}" }, { "{\"id\":1,\"connect\":{\"name\":\"\($0)\"}}" },
            { "{\"id\":1,\"connect\":{\"subs\":{\"\($0)\":{\"recover\":true}}}}" },
            { "{\"id\":1,\"connect\":{\"subs\":{\"a\":{\"recover\":true,\"epoch\":\"\($0)\"}}}}" },
            { "{\"id\":1,\"subscribe\":{\"channel\":\"\($0)\"}}" },
            { "{\"id\":1,\"connect\":{\"\($0)\":1,\"\($0)\":2}}" },
            { "\"\($0)\"" }, { "\($0)" },
        ]

        @Test("A frame of marks costs no more than one of letters, and closes with 3501", arguments: commands.indices)
        func frames(index: Int) async throws {
            let command = Self.commands[index]
            let length = index == 8 ? 30_000 : 60_000
            try await withGateway { gateway in
                func send(_ text: String) async throws -> LiveClient.Message {
                    try await gateway.live { client in
                        try await client.send(text)
                        return try await client.next()
                    }
                }
                let (costly, plain) = (command(Self.marks(length)), command(Self.letters(length)))
                #expect(try await send(costly) == .close(code: 3501, reason: "bad request"))
                try await until {
                    let start = ContinuousClock.now
                    for _ in 0..<5 { _ = try await send(plain) }
                    let first = ContinuousClock.now - start
                    for _ in 0..<5 { _ = try await send(costly) }
                    return .now - start - first < first * 3 ? () : nil
                }
            }
        }

        @Test("While frames of marks come in from one client, another's calls stay quick")
        func others() async throws {
            try await withGateway(["EVENT_LOOPS": "1"]) { gateway in
                let frame = "{\"\(Self.marks(60_000))\":1}"
                try await Quickness.isKept {
                    let response = try await gateway.request("GET /api/v1/things/1")
                    #expect(response.status == 200)
                } during: {
                    _ = try await gateway.live { client in
                        try await client.send(frame)
                        return try await client.next()
                    }
                }
            }
        }

        @Test("Text of the same length passes if its runs of marks are within the limit")
        func safeText() async throws {
            let text = String(repeating: "e" + String(repeating: "\u{301}", count: 30), count: 40)
            let encoded = text.utf8.map { "%" + String($0, radix: 16) }.joined()
            try await withGateway { gateway in
                let response = try await gateway.request("GET /api/v1/things/1?q=\(encoded)", [("User-Agent", text)])
                #expect(response.status == 200 && response.json["query"]?["q"]?.stringValue == text)
                let over = try await gateway.request("GET /api/v1/things/1?q=\(encoded)%cc%81")
                #expect(over.status == 400 && over.errorCode == "BAD_REQUEST")
            }
        }
    }
}
