import Foundation
import Loops
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("The admin port", .timeLimit(.minutes(10)))
struct AdminServerTests {
    @Test("While the loop is stuck, a daemon neither lives nor is ready, and still answers with its figures")
    func stuck() async throws {
        let port = try freePort()
        let address = try #require(SocketAddress("127.0.0.1:\(port)"))
        let isStuck = Atomic<Bool>(false)
        let server = AdminServer(
            address: address,
            metrics: Metrics(),
            obstacle: { nil },
            isStuck: { isStuck.load(ordering: .relaxed) },
            logger: .silent
        )
        let running = Task { try await server.run() }
        // Nothing listens before the server has begun.
        let first = try await until { try? await answer("/health/live", at: address) }
        #expect(first.hasPrefix("HTTP/1.1 200 ") && first.hasSuffix("live\n"))

        isStuck.store(true, ordering: .relaxed)
        for path in ["/health/live", "/health/ready"] {
            let text = try await answer(path, at: address)
            #expect(text.hasPrefix("HTTP/1.1 503 ") && text.contains("has not ended a turn for 30 s"))
        }
        #expect(try await answer("/metrics", at: address).hasPrefix("HTTP/1.1 200 "))

        isStuck.store(false, ordering: .relaxed)
        #expect(try await answer("/health/live", at: address).hasPrefix("HTTP/1.1 200 "))
        running.cancel()
        try await running.value
    }

    /// Asks on a thread that may block.
    private func answer(_ path: String, at address: SocketAddress) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            SystemThread.start(name: "asking") {
                continuation.resume(with: Result { try Self.ask(path, at: address) })
            }
        }
    }

    private static func ask(_ path: String, at address: SocketAddress) throws -> String {
        let connection = FileHandle(fileDescriptor: try address.connect(), closeOnDealloc: true)
        try connection.write(contentsOf: Data("GET \(path) HTTP/1.1\r\n\r\n".utf8))
        return String(decoding: try connection.readToEnd() ?? Data(), as: UTF8.self)
    }
}
