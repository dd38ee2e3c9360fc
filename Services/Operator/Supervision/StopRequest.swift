import Dispatch
import Foundation
import Synchronization

/// Whether somebody asked the supervisor to stop: Ctrl-C, SIGTERM, a closed terminal, or the end of whoever started it.
final class StopRequest: Sendable {
    private let isMade = Atomic<Bool>(false)
    private let sources: Mutex<[any DispatchSourceSignal]>

    /// Thrown out of what the supervisor was doing.
    struct Stopped: Error {}

    /// - Parameter isAttached: Whether the end of standard input asks to stop, as it comes when our parent dies.
    init(isAttached: Bool) {
        sources = Mutex([])
        for number in [SIGINT, SIGTERM, SIGHUP] {
            Foundation.signal(number, SIG_IGN)  // or its default would end us before the source hears of it
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [unowned self] in make() }
            source.activate()
            sources.withLock { $0.append(source) }
        }
        guard isAttached else { return }
        Thread.detachNewThread { [self] in
            while (try? FileHandle.standardInput.read(upToCount: 64))?.isEmpty == false {}
            make()
        }
    }

    private func make() { isMade.store(true, ordering: .releasing) }

    /// Does something that ends early, by cancellation, once a stop is asked for.
    ///
    /// - Throws: `Stopped` then, or what `body` throws.
    func interrupting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask { [self] in
                while !isMade.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(50)) }
                throw Stopped()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw Stopped() }
            return value
        }
    }
}
