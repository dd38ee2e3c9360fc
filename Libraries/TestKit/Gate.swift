import Synchronization

/// Holds up whoever comes until it is opened, and lets everyone through from then on.
public final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    public init() {}

    public var isOpen: Bool { state.withLock(\.isOpen) }

    /// Waits for the opening; a cancelled task does too.
    public func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Waits for the end of the task's patience, as work does that never gets done.
///
/// - Throws: `CancellationError`, always.
public func waitUntilCancelled() async throws -> Never {
    let (nothing, continuation) = AsyncStream<Never>.makeStream()
    for await _ in nothing {}
    continuation.finish()  // here, so that the stream has not ended before
    throw CancellationError()
}
