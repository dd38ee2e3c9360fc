import Foundation
import Synchronization

/// Set from signal handlers, which reach nothing but globals.
private let isStopRequested = Atomic<Bool>(false)

/// Whether somebody asked the supervisor to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of whoever started it.
struct StopRequest: Sendable {
    /// Thrown out of what the supervisor was doing.
    struct Stopped: Error {}

    /// Takes over the signals of this process.
    ///
    /// - Parameter isAttached: Whether the end of standard input asks to stop, as it comes when our parent dies.
    init(isAttached: Bool) {
        isStopRequested.store(false, ordering: .releasing)  // made now, not by the first signal
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { _ in isStopRequested.store(true, ordering: .releasing) }
        }
        guard isAttached else { return }
        Thread.detachNewThread {
            while (try? FileHandle.standardInput.read(upToCount: 64))?.isEmpty == false {}
            isStopRequested.store(true, ordering: .releasing)
        }
    }

    /// Does something that ends early, by cancellation, once a stop is asked for.
    ///
    /// - Throws: `Stopped` then, or what `body` throws.
    func interrupting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while !isStopRequested.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(50)) }
                throw Stopped()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw Stopped() }
            return value
        }
    }
}
