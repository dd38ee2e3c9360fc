import TestKit
import Testing

@testable import Gateway

extension GatewaySuites {
    @Suite("The last second of a gateway", .timeLimit(.minutes(10)))
    struct DrainTests {
        /// Does something on a connection that was used before, once the gateway is about to end.
        private static func onKeptConnection(_ body: @Sendable (RawConnection) async throws -> Void) async throws {
            try await withGateway { gateway in
                try await gateway.connect { connection in
                    try await connection.send(TestGateway.text("GET /health/live"))
                    #expect(try await connection.response().headers["connection"] == nil)
                    gateway.shutDown()
                    try await until { gateway.edge.isDraining ? () : nil }
                    try await body(connection)
                }
            }
        }

        @Test("An export that begins then is whole, and its connection's last answer")
        func export() async throws {
            try await Self.onKeptConnection { connection in
                try await connection.send(TestGateway.text("GET /api/v1/things.csv?parts=3"))
                let head = try await connection.response()
                #expect(head.status == 200 && head.headers["connection"] == "close")
                for _ in 0..<3 { #expect(try await connection.chunk().count == 1 << 20) }
                #expect(try await connection.chunk().isEmpty)
                #expect(try await connection.isClosed())
            }
        }

        @Test("No live connection begins that would have to end at once")
        func upgrade() async throws {
            try await Self.onKeptConnection { connection in
                let response = try await LiveClient(connection).open()
                #expect(response.status == 503 && response.headers["retry-after"] == "1")
                #expect(try await connection.isClosed())
            }
        }
    }
}
