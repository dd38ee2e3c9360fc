import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("Clients that read slowly", .timeLimit(.minutes(1)))
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
                    // A megabyte each: no more was made than there was room for.
                    #expect(gateway.lab.requests(of: ExportThings.self).count < 30)
                    await #expect(throws: (any Error).self) { while try await !slow.chunk().isEmpty {} }
                }
            }
        }

        @Test("Who is slow, but reads, gets the last answer of a connection whole")
        func slow() async throws {
            var limits = Edge.Limits()
            limits.lingerTimeout = .milliseconds(1)
            limits.idleTimeout = .seconds(1)
            try await withGateway(["EVENT_LOOPS": "1"], limits: limits) { gateway in
                try await gateway.connect { slow in
                    let line = "GET /api/v1/things.csv?parts=1&megabytes=30"
                    try await slow.send(TestGateway.text(line, [("Connection", "close")]))
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
