import Contracts
import Mesh
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Bodies of strangers", .timeLimit(.minutes(10)))
    struct BodyTests {
        private static let kib = String(repeating: "x", count: 1_024)

        /// A request that begins its body and continues when the client wants.
        private static func head(_ length: Int) -> String {
            TestGateway.text(
                "POST /api/v1/things/renew",
                [("Content-Type", "application/json"), ("Content-Length", "\(length)")]
            )
        }

        @Test(
            "Bodies take their source's share of memory, newcomers beyond it are told to retry, and it is returned"
        )
        func budget() async throws {
            var limits = Edge.Limits()
            limits.bodyMemoryPerSource = 200_000
            try await withGateway(limits: limits) { gateway in
                try await gateway.connect { first in
                    try await first.send(Self.head(150_000) + String(repeating: " ", count: 149_999))
                    try await until { gateway.edge.bodies.taken == 149_999 ? () : nil }
                    // A declared length over the limit is refused before the body is sent.
                    try await gateway.connect { second in
                        try await second.send(Self.head(100_000))
                        let refusal = try await second.response()
                        #expect(refusal.status == 503 && refusal.errorCode == "SERVICE_UNAVAILABLE")
                        #expect(refusal.headers["retry-after"] == "1")
                    }
                    // An undeclared length is refused once it exceeds the limit.
                    try await gateway.connect { third in
                        let fields = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
                        try await third.send(TestGateway.text("POST /api/v1/things/renew", fields))
                        for _ in 0..<55 { try await third.send("400\r\n\(Self.kib)\r\n") }
                        #expect(try await third.response().status == 503)
                    }
                    // Small bodies find room, and requests without a body need none.
                    #expect(try await gateway.request("POST /api/v1/things/renew", body: "{}").status == 200)
                    try await first.send("1")
                    #expect(try await first.response().status == 200)
                    try await until { gateway.edge.bodies.taken == 0 ? () : nil }
                    #expect(
                        try await gateway.request("POST /api/v1/things/renew", body: "{\"a\":\"\(Self.kib)\"}").status
                            == 200
                    )
                }
                // A request that breaks off returns its share as well.
                try await gateway.connect { first in
                    try await first.send(Self.head(150_000) + Self.kib)
                    try await until { gateway.edge.bodies.taken == 1_024 ? () : nil }
                }
                try await until { gateway.edge.bodies.taken == 0 ? () : nil }
            }
        }

        @Test(
            "Unread bodies are dropped, and endless ones cut off",
            arguments: [
                "GET /health/live", "GET /api/v1/things/1", "GET /docs", "DELETE /api/v1/nothing",
                "GET /connection/websocket",
            ]
        )
        func unwanted(line: String) async throws {
            try await withGateway { gateway in
                let short = try await gateway.request(line, body: "{}")
                #expect(short.status != 413 && short.status < 500)
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text(line, [("Transfer-Encoding", "chunked")]))
                    let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
                    // Refused at once, or once it is longer than any body of that kind.
                    do { for _ in 0..<6 { try await connection.send(chunk) } } catch { return }
                    #expect(try await connection.response().status >= 400)
                }
                #expect(gateway.edge.bodies.taken == 0)
            }
        }

        @Test("A refusal comes before 100 Continue, and an accepted request gets that")
        func expectation() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    let expect = Self.head(300_000).replacing("\r\n\r\n", with: "\r\nExpect: 100-continue\r\n\r\n")
                    try await connection.send(expect)
                    #expect(try await connection.response().status == 413)
                }
                try await gateway.connect { connection in
                    let expect = Self.head(2).replacing("\r\n\r\n", with: "\r\nExpect: 100-continue\r\n\r\n")
                    try await connection.send(expect)
                    #expect(try await connection.response().status == 100)
                    try await connection.send("{}")
                    #expect(try await connection.response().status == 200)
                }
            }
        }

        @Test(
            "While clients send large bodies, and bodies that never end, another's calls stay quick",
            arguments: [true, false]
        )
        func others(isSlow: Bool) async throws {
            try await withGateway(["EVENT_LOOPS": "1", "RATE_ADDRESS_AUTH": "1000000/1"]) { gateway in
                let body = "{\"token\":\"" + String(repeating: "x", count: 200_000) + "\"}"
                try await Quickness.isKept {
                    let response = try await gateway.request("POST /api/v1/things/renew", body: "{}")
                    #expect(response.status == 200)
                } during: {
                    if isSlow {
                        try await gateway.connect { connection in
                            try await connection.send(Self.head(200_000))
                            for _ in 0..<50 { try await connection.send(" ") }
                        }
                    } else {
                        _ = try await gateway.request("POST /api/v1/things/renew", body: body)
                    }
                }
            }
        }

        @Test("Unread replies stay within their share of memory, and a reading client continues")
        func answers() async throws {
            var limits = Edge.Limits()
            limits.answerMemory = 40 << 20
            try await withGateway(["EVENT_LOOPS": "1"], limits: limits) { gateway in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            try await gateway.connect { greedy in
                                try await greedy.send(TestGateway.text("GET /api/v1/things.csv?parts=1&megabytes=16"))
                                try await until {
                                    gateway.has("rovierr_gateway_stalled_connections_total 0") ? nil : ()
                                }
                            }
                        }
                    }
                    try await until {
                        let response = try await gateway.request("GET /api/v1/things/1")
                        #expect(response.status == 200)
                        return gateway.has("rovierr_gateway_stalled_connections_total 0") ? nil : ()
                    }
                    try await group.waitForAll()
                }
                let taken = try await gateway.request("GET /api/v1/things.csv?parts=1&megabytes=16")
                #expect(taken.status == 200 && taken.body.count == 16 << 20)
            }
        }
    }
}

@Suite("What is remembered of tokens")
struct GenerationCacheTests {
    @Test("It is bounded in bytes as well as in number, and keeps what was used lately", arguments: Seed.batch(100))
    func bounds(seed: Seed) {
        var random = seed.generator
        var cache = GenerationCache<Int, Int>(generationSize: 50, generationBytes: 10_000)
        var sizes: [Int: Int] = [:]
        for key in 0..<500 {
            let size = Int.random(in: 1...2_000, using: &random)
            sizes[key] = size
            cache.store(key, key, bytes: size)
            let found = cache.find(key)
            #expect(found == key, "\(seed)")
        }
        let kept = sizes.keys.filter { cache.contains($0) }
        #expect(kept.count <= 100 && kept.reduce(0) { $0 + (sizes[$1] ?? 0) } <= 20_000, "\(seed)")
        #expect(cache.contains(499))
        cache.remove(499)
        #expect(!cache.contains(499))
    }
}

@Suite("What one connection may send")
struct AllowanceTests {
    @Test("A burst passes at once, then a fixed amount per second", arguments: Seed.batch(100))
    func rates(seed: Seed) {
        var random = seed.generator
        let (rate, burst) = (Int.random(in: 1...1_000, using: &random), Int.random(in: 1...1_000, using: &random))
        var allowance = Allowance(perSecond: rate, burst: burst)
        let start = NIODeadline.now()
        var now = start
        let first = (0..<burst).count { _ in allowance.take(1, now: now) }
        let next = allowance.take(1, now: now)
        #expect(first == burst && !next, "\(seed)")
        var taken = 0
        for _ in 0..<1_000 {
            now = now + .microseconds(.random(in: 0...5_000, using: &random))
            let units = Int.random(in: 1...3, using: &random)
            if allowance.take(units, now: now) { taken += units }
        }
        let seconds = Double((now - start).nanoseconds) / 1e9
        #expect(Double(taken) <= seconds * Double(rate) * 1.001 + 1, "\(seed)")
        let again = allowance.take(burst, now: now + .seconds(1_001))
        #expect(again, "\(seed)")
    }
}
