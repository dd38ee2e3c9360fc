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

        @Test("The reason a live channel ends passes through nginx, even if the client keeps sending before it reads")
        func closeCodes() async throws {
            let system = try await TestSystem.shared()
            let length = 4 << 20
            let head: [UInt8] = [0x81, 0xFF] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
            let (stream, answer) = try await live(system)
            #expect(answer.hasPrefix("HTTP/1.1 101 "), "\(answer)")
            let close = try await blocking {
                try stream.write(head + [UInt8](repeating: 0, count: 4 + length))
                return try stream.read()
            }
            #expect(close == [0x88, 2, 0x03, 0xF1])  // 1009
        }

        @Test("Unfinished bodies from strangers are written nowhere, and others are served meanwhile")
        func unfinishedBodies() async throws {
            let system = try await TestSystem([:])
            defer { system.end() }
            var open: [SocketStream] = []
            for index in 0..<20 {
                let length = index.isMultiple(of: 2) ? "Content-Length: 250000" : "Transfer-Encoding: chunked"
                let head =
                    "POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(length)\r\n\r\n"
                let size = index.isMultiple(of: 2) ? "" : "30d40\r\n"
                let bytes = Array((head + size).utf8) + [UInt8](repeating: 32, count: 200_000)
                open.append(
                    try await blocking {
                        let stream = try SocketStream(host: "127.0.0.1", port: system.port, timeout: .seconds(15))
                        try stream.write(bytes)
                        return stream
                    }
                )
            }
            #expect(try await system.http.send("GET", "/api/v1/universities").status == 200)
            let login = Array("{\"email\":\"a@b.example\",\"password\":\"wrong wrong wrong\"}".utf8)
            let headers = [("Content-Type", "application/json")]
            #expect(
                try await system.http.send("POST", "/api/v1/auth/login", headers: headers, body: login).status == 401
            )
            let files = try FileManager.default.subpathsOfDirectory(atPath: system.home.nginx + "/temp")
            #expect(files.allSatisfy { !$0.contains("/") || $0.hasSuffix("/") }, "\(files)")
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
