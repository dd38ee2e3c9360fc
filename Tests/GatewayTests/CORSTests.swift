import Contracts
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    // **Feature: rovierr-platform-foundation, Property 12: CORS Configuration Correctness**
    @Suite("Property 12: pages of listed origins may call, and no others", .timeLimit(.minutes(10)))
    struct CORSTests {
        /// An origin close to a listed one, or far from all.
        static func foreignOrigin(_ random: inout SeededGenerator) -> String {
            let listed = ["https://app.uni.example", "http://localhost:3000"]
            let base = listed.randomElement(using: &random) ?? ""
            let close = [
                base + ".evil.example", base + "0", base.replacing("https", with: "http") + ":443", base + "/",
                base.uppercased(),
                "https://evil.example", "null", "*", base.replacing("://", with: "://evil."), " " + base + "x",
                "file://",
                base.replacing("app", with: "apq").replacing("3000", with: "3001"), String(base.dropLast()),
            ]
            let chosen = close.randomElement(using: &random) ?? "null"
            return listed.contains(chosen) ? "null" : chosen
        }

        @Test("Any request of a listed origin is answered for it; any of another never is, and changes nothing")
        func property() async throws {
            try await withGateway { gateway in
                let token = bearer(try await gateway.token())
                for seed in Seed.batch(150) {
                    var random = seed.generator
                    let isListed = Bool.random(using: &random)
                    let origin =
                        isListed
                        ? ["https://app.uni.example", "http://localhost:3000"].randomElement(using: &random) ?? ""
                        : Self.foreignOrigin(&random)
                    let (line, body) =
                        [
                            ("GET /api/v1/things/1", nil), ("POST /api/v1/things", "{}"),
                            ("PATCH /api/v1/things/1", "{}"),
                            ("DELETE /api/v1/things", nil), ("GET /api/v1/nothing", nil),
                            ("POST /api/v1/nothing", "{}"),
                        ].randomElement(using: &random) ?? ("", nil)
                    let response = try await gateway.request(line, [token, ("Origin", origin)], body: body)
                    let isUnsafe = !line.hasPrefix("GET")
                    #expect(response.headers["vary"]?.contains("Origin") == true, "\(seed) \(line) \(origin)")
                    #expect(
                        response.headers["access-control-allow-origin"] == (isListed ? origin : nil),
                        "\(seed) \(line) \(origin)"
                    )
                    #expect(
                        response.headers["access-control-allow-credentials"] == (isListed ? "true" : nil),
                        "\(seed)"
                    )
                    let isRefused = response.status == 403 && response.errorCode == "ORIGIN_NOT_ALLOWED"
                    #expect(isRefused == (!isListed && isUnsafe), "\(seed) \(line) \(origin) \(response.status)")
                }
            }
        }

        @Test("A preflight is answered before any token or budget")
        func preflights() async throws {
            try await withGateway(["RATE_ADDRESS_WRITE": "1/60", "RATE_ADDRESS_READ": "1/60"]) { gateway in
                for _ in 0..<5 {
                    let response = try await gateway.request(
                        "OPTIONS /api/v1/things",
                        [
                            ("Origin", "https://app.uni.example"), ("Access-Control-Request-Method", "POST"),
                            ("Access-Control-Request-Headers", "authorization, content-type"),
                        ]
                    )
                    #expect(response.status == 204 && response.body.isEmpty)
                    #expect(response.headers["access-control-allow-origin"] == "https://app.uni.example")
                    #expect(response.headers["access-control-allow-methods"]?.contains("PATCH") == true)
                    #expect(response.headers["access-control-allow-headers"]?.contains("Authorization") == true)
                    #expect(response.headers["vary"] == "Origin")
                }
                let foreign = try await gateway.request(
                    "OPTIONS /api/v1/things",
                    [("Origin", "null"), ("Access-Control-Request-Method", "POST")]
                )
                #expect(foreign.status == 403 && foreign.headers["access-control-allow-origin"] == nil)
            }
        }

        @Test(
            "Refusals of all kinds, those for too many calls among them, can be read by a listed page and vary by origin"
        )
        func refusals() async throws {
            try await withGateway(["RATE_ADDRESS_READ": "9/3600"]) { gateway in
                let origin = ("Origin", "https://app.uni.example")
                // Each is sent three times, so the fourth finds nothing left of its budget.
                let requests: [(String, [(String, String)], Int)] = [
                    ("GET /api/v1/nothing", [origin], 404), ("GET /api/v1/things/favourite", [origin], 401),
                    ("GET /api/v1/things/..", [origin], 400), ("GET /api/v1/things/1", [origin], 429),
                    ("PUT /api/v1/things/favourite", [origin], 405), ("GET /health/live", [origin], 200),
                ]
                for (line, headers, status) in requests {
                    let response = try await gateway.request(line, headers)
                    #expect(response.status == status, "\(line)")
                    #expect(response.headers["access-control-allow-origin"] == origin.1, "\(line)")
                    let exposed = response.headers["access-control-expose-headers"] ?? ""
                    #expect(exposed.contains("RateLimit-Remaining") && exposed.contains("Retry-After"), "\(line)")
                    // Caches must know even when no origin was named.
                    for other in [headers, []] {
                        let vary = try await gateway.request(line, other).headers["vary"] ?? ""
                        #expect(vary.contains("Origin"), "\(line)")
                    }
                }
                // What cannot even be read is not told apart by origin, and says that it could be.
                try await gateway.connect { connection in
                    try await connection.send("nonsense\r\n\r\n")
                    let response = try await connection.response()
                    #expect(response.headers["vary"]?.contains("Origin") == true)
                    #expect(response.headers["access-control-allow-origin"] == nil)
                }
            }
        }

        @Test("A listed page may read every header that it could make anything of")
        func exposed() async throws {
            try await withGateway(["RATE_ADDRESS_READ": "3/3600"]) { gateway in
                let origin = ("Origin", "https://app.uni.example")
                for (line, header) in [
                    ("GET /api/v1/things/count", "sunset"), ("GET /api/v1/things/favourite", "www-authenticate"),
                    ("GET /api/v1/things.csv?parts=2", "traceresponse"), ("GET /api/v1/things/1", "retry-after"),
                ] {
                    let headers = try await gateway.request(line, [origin]).headers
                    #expect(headers[header] != nil, "\(line)")
                    let exposed = headers["access-control-expose-headers"] ?? ""
                    let readable = Set(exposed.split(separator: ", ").map { $0.lowercased() })
                    let others = headers.keys.filter { !readable.contains($0) && !Self.notForPages.contains($0) }
                    #expect(others == [], "\(line)")
                    for name in ["etag", "location", "link", "ratelimit-reset"] { #expect(readable.contains(name)) }
                }
            }
        }

        private static let notForPages: Set = [
            "access-control-allow-credentials", "access-control-allow-origin", "access-control-expose-headers", "allow",
            "connection", "date", "transfer-encoding", "vary", "x-accel-buffering",
            // Readable without being named (Fetch, CORS-safelisted response-header names).
            "cache-control", "content-length", "content-type",
        ]

        @Test("Only what browsers send as an origin can be listed")
        func configuration() {
            for origin in ["https://app.uni.example", "http://localhost:3000", "http://[::1]:80"] {
                #expect(CORSPolicy.isOrigin(origin))
            }
            for text in ["null", "*", "https://", "https://a/", "app.uni.example", "https://A.example", "https://a b"] {
                #expect(!CORSPolicy.isOrigin(text), "\(text)")
            }
        }
    }
}
