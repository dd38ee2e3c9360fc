import Foundation
import Mesh
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import ServiceKit

/// A collector that takes connections and says nothing.
private final class SilentCollector: Sendable {
    let port: Int
    private let descriptor: CInt
    private let accepted = Mutex<[CInt]>([])

    init() throws {
        port = try freePort()
        descriptor = try #require(SocketAddress("127.0.0.1:\(port)")).listen()
        Thread.detachNewThread { [self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                accepted.withLock { $0.append(connection) }
            }
        }
    }

    /// How many there were so far.
    var connections: Int { accepted.withLock(\.count) }

    func close() {
        shutdown(descriptor, CInt(SHUT_RDWR))
        for connection in accepted.withLock({ $0 }) { Foundation.close(connection) }
        Foundation.close(descriptor)
    }
}

@Suite("Traces", .timeLimit(.minutes(10)))
struct TracerTests {
    @Test("At the end, a collector that takes nothing is asked no more than twice, and the rest is counted as dropped")
    func end() async throws {
        let collector = try SilentCollector()
        defer { collector.close() }
        let tracer = Tracer(
            configuration: TracingConfiguration(
                endpoint: "http://127.0.0.1:\(collector.port)",
                service: "test",
                version: "1",
                instance: "1"
            ),
            logger: .silent
        )
        let running = Task { try await tracer.run() }
        // Sixteen batches.
        for _ in 0..<8_192 {
            Tracer?.some(tracer).record(Tracer?.some(tracer).begin("work", .internal, below: TraceContext()))
        }
        running.cancel()
        try await running.value
        #expect(tracer.figures.exported == 0 && tracer.figures.dropped == 8_192)
        // With the batch that was under way, and with one that it may have begun before it was to end.
        #expect(collector.connections <= 2)
    }
}
