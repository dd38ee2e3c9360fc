import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

@Suite("How much a client takes")
struct WriteProgressTests {
    @Test("It stands still while nothing is taken, also when more is sent, and goes on with every byte that is")
    func standstill() {
        var progress = WriteProgress()
        let start = NIODeadline.now()
        func standstill(_ waiting: Int, after seconds: Int64) -> TimeAmount {
            progress.standstill(waiting: waiting, now: start + .seconds(seconds))
        }
        progress.send(1_000)
        #expect(standstill(600, after: 0) == .zero)
        #expect(standstill(600, after: 1) == .seconds(1))
        progress.send(500)
        #expect(standstill(1_100, after: 2) == .seconds(2))
        progress.send(500)
        #expect(standstill(1_599, after: 3) == .zero)
        #expect(standstill(1_599, after: 4) == .seconds(1))
        #expect(standstill(0, after: 5) == .zero)
        progress.send(10)
        #expect(standstill(10, after: 9) == .zero)
    }
}

extension GatewaySuites {
    @Suite("Clients that read slowly", .timeLimit(.minutes(10)))
    struct SlowReaderTests {
        @Test("Who takes nothing of an answer is cut off and counted, and nobody else notices")
        func stalled() async throws {
            var limits = Edge.Limits()
            limits.writeTimeout = .seconds(1)
            try await withGateway(limits: limits) { gateway in
                try await gateway.connect { slow in
                    try await slow.send(TestGateway.text("GET /api/v1/things.csv?parts=60"))
                    #expect(try await slow.response().status == 200)
                    try await gateway.connect { other in
                        try await until {
                            try await other.send(TestGateway.text("GET /api/v1/things/1"))
                            #expect(try await other.response().status == 200)
                            return gateway.has("rovierr_gateway_stalled_connections_total 1") ? () : nil
                        }
                        try await until { gateway.has("rovierr_gateway_connections 1") ? () : nil }
                    }
                    #expect(
                        gateway.has(#"rovierr_gateway_requests_total{operation="lab.things.export",status="4xx"} 1"#)
                    )
                    // A megabyte each: no more was made than there was room for.
                    #expect(gateway.lab.requests(of: ExportThings.self).count < 30)
                    await #expect(throws: (any Error).self) { while try await !slow.chunk().isEmpty {} }
                }
            }
        }

        @Test("Who only asks, and takes no answer, has no more of them made than there is room for, and is cut off")
        func onlyAsking() async throws {
            var limits = Edge.Limits()
            limits.writeTimeout = .seconds(1)
            try await withGateway(limits: limits) { gateway in
                try await gateway.connect { greedy in
                    let request = TestGateway.text("GET /api/v1/things.csv?parts=1")
                    try await greedy.send(String(repeating: request, count: 100))
                    try await until { gateway.has("rovierr_gateway_stalled_connections_total 1") ? () : nil }
                    try await until { gateway.has("rovierr_gateway_connections 0") ? () : nil }
                    #expect(gateway.lab.requests(of: ExportThings.self).count < 30)
                }
            }
        }

        @Test("Who asks for much ahead of its reading gets every answer, in order")
        func ahead() async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    let requests = (0..<1_500).map { index in
                        TestGateway.text("GET /docs/reference.js", [("X-Request-Id", "\(index)")])
                    }
                    // More than one read of the gateway's, and far more than the kernel keeps of the answers.
                    try await connection.send(requests.joined())
                    for index in 0..<1_500 {
                        let response = try await connection.response()
                        #expect(response.status == 200 && response.headers["x-request-id"] == "\(index)")
                    }
                }
            }
        }

        @Test(
            "Who is slow, but reads, gets an answer whole, be it a connection's last or not",
            arguments: [true, false]
        )
        func slow(isLast: Bool) async throws {
            var limits = Edge.Limits()
            limits.lingerTimeout = .milliseconds(1)
            limits.idleTimeout = .seconds(1)
            try await withGateway(["EVENT_LOOPS": "1"], limits: limits) { gateway in
                try await gateway.connect { slow in
                    let line = "GET /api/v1/things.csv?parts=1&megabytes=30"
                    try await slow.send(TestGateway.text(line, isLast ? [("Connection", "close")] : []))
                    #expect(try await slow.response(isHead: true).headers["content-length"] == "\(30 << 20)")
                    // One that lasts too long is ended when its loop looks at all of them, and so would this one be.
                    let isEnded = try await gateway.connect { idle in try await idle.isClosed() }
                    #expect(isEnded)
                    #expect(try await slow.bytes(30 << 20).count == 30 << 20)
                    #expect(try await slow.isClosed())
                }
            }
        }
    }
}
