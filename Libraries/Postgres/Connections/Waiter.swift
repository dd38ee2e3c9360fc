import Synchronization

/// A task that waits for one value, and whoever settles it first: the answer, the sweep of the late, or cancellation.
final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Value, any Error>)
        case settled(Result<Value, any Error>?)
    }

    private let state = Mutex(State.idle)

    /// Suspends until the waiter is settled; `start` runs once the waiter can be.
    ///
    /// Cancellation settles it at once with `CancellationError`.
    func wait(_ start: () -> Void) async throws -> Value {
        try await withTaskCancellationHandler {
            try await waitUncancellably(start)
        } onCancel: {
            settle(.failure(CancellationError()))
        }
    }

    /// Suspends until the waiter is settled, cancelled or not: for cleaning up.
    func waitUncancellably(_ start: () -> Void) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let early = state.withLock { state -> Result<Value, any Error>? in
                if case .settled(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(with: early) } else { start() }
        }
    }

    /// Wakes the task with a result.
    ///
    /// Only the first call counts.
    ///
    /// - Returns: Whether this call was the first.
    @discardableResult
    func settle(_ result: Result<Value, any Error>) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Value, any Error>?) in
            switch state {
            case .idle:
                state = .settled(result)
                return (true, nil)
            case .waiting(let continuation):
                state = .settled(nil)
                return (true, continuation)
            case .settled:
                return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return isFirst
    }

    /// Whether somebody still wants the value.
    var isSettled: Bool {
        state.withLock { if case .settled = $0 { true } else { false } }
    }
}
