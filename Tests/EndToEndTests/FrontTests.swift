import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("nginx before a gateway")
    struct FrontTests {
        @Test("Live channels of an address have a bound of their own, and leave its other requests alone")
        func liveChannels() async throws {
            let system = try await TestSystem(["CONNECTIONS_PER_ADDRESS": "8", "LIVE_CONNECTIONS_PER_ADDRESS": "10"])
            defer { system.end() }
            var open: [SocketStream] = []
            for _ in 0..<10 {
                let (stream, head) = try await live(system)
                #expect(head.hasPrefix("HTTP/1.1 101 "), "\(head)")
                open.append(stream)
            }
            #expect(try await system.http.send("GET", "/api/v1/universities").status == 200)
            #expect(try await live(system).head.hasPrefix("HTTP/1.1 429 "))
            withExtendedLifetime(open) {}
        }

        /// Asks for a live channel, and keeps what it gets open.
        private func live(_ system: TestSystem) async throws -> (stream: SocketStream, head: String) {
            let request = """
                GET /connection/websocket HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r

                """
            return try await blocking {
                let stream = try SocketStream(host: "127.0.0.1", port: system.port, timeout: .seconds(15))
                try stream.write(Array(request.utf8))
                return (stream, String(decoding: try stream.read(), as: UTF8.self))
            }
        }
    }
}
