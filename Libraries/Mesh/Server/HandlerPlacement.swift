internal import Logging
internal import Synchronization

/// Decides for each operation whether its handlers begin on the thread that receives, which is cheapest, or beside it.
///
/// What a handler does before it first suspends holds the thread, and with it everybody's requests. An operation whose handlers
/// lately held one for over a millisecond begins on the task pool, where it is timed as well, so that it comes back when it has
/// become quick again.
final class HandlerPlacement: Sendable {
    /// From here on an operation is moved; going to another thread costs some ten microseconds.
    static let longest: Duration = .milliseconds(1)
    /// Below this it is forgotten again.
    static let negligible: Duration = .microseconds(250)
    /// From here on an operator is told.
    static let alarming: Duration = .milliseconds(50)
    /// Callers choose names, so their number is bounded; so many slow operations no service has.
    private static let most = 256

    private struct Slow {
        /// Moving average of the time for which handlers hold their thread; the latest counts for a quarter.
        var held: Duration
        var quietUntil: ContinuousClock.Instant?
    }

    private struct State {
        var slow: [String: Slow] = [:]
        var moved = 0
        var long = 0
    }

    private let state = Mutex(State())
    /// Whether there is any slow operation, which spares most requests the lock.
    private let isAnySlow = Atomic<Bool>(false)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    var counts: (moved: Int, long: Int) { state.withLock { ($0.moved, $0.long) } }

    /// Runs a request's handler in a task of its own, which the server cancels at the deadline and whose end it awaits.
    ///
    /// Not in a task group, because the thread that receives cannot wait for one.
    func run(_ running: RunningRequest, _ body: @escaping @Sendable () async -> Void) {
        guard isSlow(running.operation) else {
            running.attach(Task.immediate { await body() })
            return record(.now - running.began, of: running)
        }
        Task { [self] in
            let began = ContinuousClock.now
            running.attachLate(Task.immediate { await body() })
            record(.now - began, of: running)
        }
    }

    private func isSlow(_ operation: String) -> Bool {
        guard isAnySlow.load(ordering: .relaxed) else { return false }
        return state.withLock { state in
            guard let held = state.slow[operation]?.held, held > Self.longest else { return false }
            state.moved += 1
            return true
        }
    }

    private func record(_ held: Duration, of running: RunningRequest) {
        guard held > Self.longest || isAnySlow.load(ordering: .relaxed) else { return }
        let operation = running.operation
        let isWorthSaying = state.withLock { state in
            defer { isAnySlow.store(!state.slow.isEmpty, ordering: .relaxed) }
            if let known = state.slow[operation] {
                let average = known.held + (held - known.held) / 4
                state.slow[operation]?.held = average
                if average < Self.negligible { state.slow[operation] = nil }
            } else if held > Self.longest, state.slow.count < Self.most {
                state.slow[operation] = Slow(held: held)
            }
            guard held > Self.alarming else { return false }
            state.long += 1
            if let quietUntil = state.slow[operation]?.quietUntil, quietUntil > .now { return false }
            state.slow[operation]?.quietUntil = .now + .seconds(10)
            return true
        }
        guard isWorthSaying else { return }
        logger.warning(
            "A handler held its thread",
            metadata: [
                "operation": "\(operation)", "request.id": "\(running.requestID)",
                "milliseconds": "\(held.microseconds / 1000)",
            ]
        )
    }
}
