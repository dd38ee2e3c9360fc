import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Requests that are refused before a service sees them", .timeLimit(.minutes(10)))
    struct RefusalTests {
        @Test("Unknown paths are 404, known ones with another method 405 with Allow, all in the envelope")
        func unknown() async throws {
            try await withGateway { gateway in
                for path in [
                    "/api/v1/nothing", "/api/v1/things/", "/api/v1//things/1", "/API/v1/things/1", "/", "/metrics",
                ] {
                    let response = try await gateway.request("GET \(path)")
                    #expect(response.status == 404 && response.errorCode == "NOT_FOUND", "\(path)")
                    #expect(response.json["requestId"]?.stringValue == response.headers["x-request-id"])
                }
                let wrong = try await gateway.request("PUT /api/v1/things/favourite")
                #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, HEAD, PATCH")
                let health = try await gateway.request("POST /health/live", body: "{}")
                #expect(health.status == 405 && health.headers["allow"] == "GET, HEAD")
                let options = try await gateway.request("OPTIONS /api/v1/things/favourite")
                #expect(options.status == 204 && options.headers["allow"] == "GET, HEAD, PATCH")
            }
        }

        @Test(
            "A path that can be read in two ways is refused",
            arguments: [
                "/api/v1/things/%2e%2e/x", "/api/v1/things/..", "/api/v1/./things/1", "/api/v1/things/a%2Fb",
                "/api/v1/things/a%5Cb", "/api/v1/things/%00", "/api/v1/things/%", "/api/v1/things/%zz",
                "/api/v1/things/%C3%28",
                "/api/v1/things/1?x=%00", "/api/v1/things/1?x=%f", "/api/v1/things/1?=1",
            ]
        )
        func ambiguous(path: String) throws {
            #expect(throws: RequestTarget.Fault.ambiguous) { try RequestTarget(path) }
        }

        @Test("What is no HTTP, or HTTP with two meanings, is refused and the connection ended")
        func malformed() async throws {
            try await withGateway { gateway in
                let requests: [(String, Int)] = [
                    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n", 400),
                    ("nonsense\r\n\r\n", 400),
                    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
                    ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n", 431),
                ]
                for (request, status) in requests {
                    try await gateway.connect { connection in
                        try await connection.send(request)
                        let response = try await connection.response()
                        #expect(response.status == status, "\(request.prefix(80))")
                        #expect(response.json["success"] == false)
                        #expect(try await connection.isClosed())
                    }
                }
            }
        }

        @Test("Host must be there, and fields that count once stand once")
        func heads() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    try await connection.send("GET /api/v1/things/1 HTTP/1.1\r\n\r\n")
                    #expect(try await connection.response().status == 400)
                }
                for (name, value) in [
                    ("Host", "b"), ("Authorization", "Bearer x"), ("Origin", "https://app.uni.example"),
                ] {
                    let response = try await gateway.request("GET /api/v1/things/1", [(name, value), (name, value)])
                    #expect(response.status == 400 && response.errorCode == "BAD_REQUEST", "\(name)")
                }
            }
        }

        @Test("A body that is too long, of another type, or packed is refused before it is read")
        func bodies() async throws {
            try await withGateway { gateway in
                let token = bearer(try await gateway.token())
                let long = try await gateway.request(
                    "POST /api/v1/things",
                    [token],
                    body: String(repeating: "x", count: 1_001)
                )
                #expect(long.status == 413 && long.errorCode == "PAYLOAD_TOO_LARGE")
                // Of a gigabyte not a byte has to be sent to hear that it is too much.
                try await gateway.connect { connection in
                    try await connection.send(
                        TestGateway.text("POST /api/v1/things", [token, ("Content-Length", "1000000000")])
                            .replacing(
                                "Content-Length: 1000000000",
                                with: "Content-Length: 1000000000\r\nContent-Type: application/json"
                            )
                    )
                    let response = try await connection.response()
                    #expect(response.status == 413 && response.headers["connection"] == "close")
                }
                try await gateway.connect { connection in
                    let head = TestGateway.text(
                        "POST /api/v1/things",
                        [token, ("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")]
                    )
                    try await connection.send(head + "400\r\n\(String(repeating: "x", count: 1_024))\r\n")
                    #expect(try await connection.response().status == 413)
                }
                for type in ["text/plain", "application/jsonx", ""] {
                    let response = try await gateway.request(
                        "POST /api/v1/things",
                        [token, ("Content-Type", type)],
                        body: "{}"
                    )
                    #expect(response.status == 415 && response.errorCode == "UNSUPPORTED_MEDIA_TYPE", "\(type)")
                }
                let packed = try await gateway.request(
                    "POST /api/v1/things",
                    [token, ("Content-Encoding", "gzip")],
                    body: "{}"
                )
                #expect(packed.status == 415)
                let patch = ("Content-Type", "application/merge-patch+json")
                #expect(try await gateway.request("PATCH /api/v1/things/1", [token, patch], body: "{}").status == 200)
                #expect(try await gateway.request("POST /api/v1/things", [token, patch], body: "{}").status == 415)
            }
        }

        @Test("An Idempotency-Key has 1 to 255 printable ASCII characters")
        func idempotencyKeys() async throws {
            try await withGateway { gateway in
                let token = bearer(try await gateway.token())
                for (key, isRight) in [
                    ("a", true), (String(repeating: "k", count: 255), true),
                    (String(repeating: "k", count: 256), false),
                    ("", false), ("schlüssel", false),
                ] {
                    let response = try await gateway.request(
                        "POST /api/v1/things",
                        [token, ("Idempotency-Key", key)],
                        body: "{}"
                    )
                    #expect(response.status == (isRight ? 201 : 400), "\(key)")
                    #expect(isRight || response.errorCode == "VALIDATION_ERROR")
                }
            }
        }

        @Test("A request id that is not sane is replaced")
        func requestIDs() async throws {
            try await withGateway { gateway in
                for id in ["a b", String(repeating: "a", count: 129), "a\"b", "<script>"] {
                    let response = try await gateway.request("GET /health/live", [("X-Request-Id", id)])
                    #expect(response.headers["x-request-id"] != id && response.headers["x-request-id"]?.count == 16)
                }
            }
        }

        @Test("A connection goes on after a short body was refused, and after an empty one")
        func connectionSurvives() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    for _ in 0..<3 {
                        try await connection.send(TestGateway.text("POST /api/v1/things", body: "{\"name\":\"x\"}"))
                        #expect(try await connection.response().status == 401)
                        try await connection.send(TestGateway.text("GET /api/v1/things/1"))
                        #expect(try await connection.response().status == 200)
                    }
                }
            }
        }

        @Test("Connections beyond the maximum are answered 503, and the others go on")
        func surplus() async throws {
            try await withGateway(["MAX_CONNECTIONS": "2"]) { gateway in
                try await gateway.connect { first in
                    try await first.send(TestGateway.text("GET /api/v1/things/1"))
                    #expect(try await first.response().status == 200)
                    try await gateway.connect { second in
                        try await second.send(TestGateway.text("GET /api/v1/things/1"))
                        #expect(try await second.response().status == 200)
                        try await gateway.connect { third in
                            let response = try await third.response()
                            #expect(response.status == 503 && response.errorCode == "SERVICE_UNAVAILABLE")
                            #expect(response.headers["retry-after"] == "1" && response.headers["connection"] == "close")
                            #expect(try await third.isClosed())
                        }
                        try await first.send(TestGateway.text("GET /api/v1/things/1"))
                        #expect(try await first.response().status == 200)
                    }
                }
                try await until { try await gateway.request("GET /api/v1/things/1").status == 200 ? () : nil }
            }
        }

        @Test("A body that breaks off in the middle of its form is refused, also while the token is being checked")
        func brokenBodies() async throws {
            try await withGateway { gateway in
                for headers in [[], [bearer(try await gateway.token())]] {
                    try await gateway.connect { connection in
                        let fields = [("Transfer-Encoding", "chunked"), ("Content-Type", "application/json")]
                        let head = TestGateway.text("POST /api/v1/things/renew", fields + headers)
                        try await connection.send(head + "2\r\n{}\r\nnonsense\r\n")
                        let response = try await connection.response()
                        #expect(response.status == 400 && response.errorCode == "BAD_REQUEST")
                        #expect(try await connection.isClosed())
                    }
                }
            }
        }

        @Test("Who sends slowly is told so, and who does not take the answer is cut off")
        func slowClients() async throws {
            var limits = Edge.Limits()
            limits.headTimeout = .seconds(1)
            limits.bodyTimeout = .seconds(1)
            limits.idleTimeout = .seconds(1)
            try await withGateway(limits: limits) { gateway in
                for beginning in [
                    "GET /api/v1/things/1 HTTP/1.1\r\nHost: a\r\nX: ",
                    TestGateway.text("POST /api/v1/things/renew", [("Content-Type", "application/json")])
                        .replacing("\r\n\r\n", with: "\r\nContent-Length: 10\r\n\r\n{"),
                ] {
                    try await gateway.connect { connection in
                        try await connection.send(beginning)
                        let response = try await connection.response()
                        #expect(response.status == 408 && response.errorCode == "REQUEST_TIMEOUT")
                        #expect(try await connection.isClosed())
                    }
                }
                // Between requests nothing is said: the client has not asked.
                try await gateway.connect { connection in
                    let isClosed = try await connection.isClosed()
                    #expect(isClosed)
                }
            }
        }

        @Test("What a client says about who it is does not pass")
        func identityHeaders() async throws {
            try await withGateway { gateway in
                let claims = [
                    "X-User-Id", "X-Tenant-Id", "X-Role", "X-Permissions", "X-Principal", "X-Client-Address",
                    "X-Received-At", "X-Session-Id", "X-Rovierr-User", "Connection", "Keep-Alive", "TE",
                    "Proxy-Authorization",
                ]
                let response = try await gateway.request("GET /api/v1/things/1", claims.map { ($0, "evil") })
                let seen = try #require(response.json["headers"]?.objectValue)
                #expect(response.json["user"] == .null)
                #expect(seen.members.allSatisfy { $0.value != "evil" }, "\(seen)")
                #expect(
                    Set(seen.members.map(\.name)).isSubset(of: ["x-client-address", "x-received-at", "user-agent"])
                )
            }
        }
    }
}
