import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

/// The front alone, with nothing behind it: what it refuses by itself is in the API's envelope.
///
/// One front at a time, because ports are looked for and not held.
@Suite("nginx", .serialized, .timeLimit(.minutes(1)))
struct NginxTests {
    @Test("A gateway that is down is a 503 that says when to come back")
    func unavailable() async throws {
        try await withFront { client in
            let reply = try await client.send("GET", "/api/v1/users/me")
            #expect(reply.status == 503)
            #expect(reply.errorCode == "SERVICE_UNAVAILABLE")
            #expect(reply.header("retry-after") == "1")
            #expect(reply.json["requestId"]?.stringValue == reply.header("x-request-id"))
        }
    }

    @Test("A sane request id of the caller's is kept, another is replaced")
    func requestIds() async throws {
        try await withFront { client in
            let kept = try await client.send("GET", "/", headers: [("X-Request-Id", "a-b_c.9")])
            #expect(kept.header("x-request-id") == "a-b_c.9")
            let replaced = try await client.send("GET", "/", headers: [("X-Request-Id", "a\"b")])
            #expect(replaced.header("x-request-id")?.count == 32)
        }
    }

    @Test("Bodies, addresses and headers beyond all limits are refused before the gateway sees them")
    func limits() async throws {
        try await withFront { client in
            let long = String(repeating: "a", count: 9_000)
            let body = [UInt8](repeating: 32, count: 17 << 20)
            let replies = [
                try await client.send("POST", "/api/v1/forms", body: body),
                try await client.send("GET", "/\(long)"),
                try await client.send("GET", "/", headers: [("X-Long", long)]),
            ]
            #expect(replies.map(\.status) == [413, 414, 431])
            #expect(replies.map(\.errorCode) == ["PAYLOAD_TOO_LARGE", "URI_TOO_LONG", "HEADERS_TOO_LARGE"])
            #expect(replies.allSatisfy { $0.json["statusCode"]?.intValue == $0.status })
        }
    }

    @Test(
        "What is no HTTP is a 400",
        arguments: ["GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /% HTTP/1.1\r\nHost: a\r\n\r\n"]
    )
    func noHTTP(request: String) async throws {
        try await withFront { client in
            let reply = try await client.send(raw: Array(request.utf8))
            #expect(reply.status == 400)
            #expect(reply.errorCode == "BAD_REQUEST")
        }
    }

    @Test("Figures are not for the public", arguments: ["/metrics", "//metrics", "/%6detrics", "/x/../metrics"])
    func noMetrics(path: String) async throws {
        try await withFront { client in
            let reply = try await client.send("GET", path)
            #expect(reply.status == 404)
            #expect(reply.header("x-content-type-options") == "nosniff")
        }
    }

    private func withFront(_ body: (HTTPClient) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let home = Home(folder)
            try home.prepare()
            let topology = try Topology(home: home, port: 0, replicas: [:])
            let nginx = try Nginx(home, topology, user: getuid() == 0 ? "root" : nil)
            try await nginx.render()
            let front = nginx.process { _ in }
            async let supervision: Void = front.supervise()
            let client = HTTPClient(port: topology.port)
            do {
                _ = try await until { try? await client.send("GET", "/") }
                try await body(client)
            } catch {
                await front.stop()
                await supervision
                throw error
            }
            await front.stop()
            await supervision
        }
    }
}
