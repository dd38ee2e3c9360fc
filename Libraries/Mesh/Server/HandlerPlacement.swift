internal import Logging
internal import Synchronization

/// Decides for each operation whether its handlers start on the receiving thread, which is cheapest, or off it.
///
/// Until a handler first suspends, it holds the thread and delays everyone's requests. An operation whose handlers
/// recently held one for over a millisecond starts on the task pool; it is timed there too, so that it returns when it
/// is fast again.
final class HandlerPlacement: Sendable {
    /// The holding time above which an operation is moved; changing threads costs some ten microseconds.
    static let longest: Duration = .milliseconds(1)
    /// The holding time below which an operation is forgotten.
    static let negligible: Duration = .microseconds(250)
    /// The holding time from which an operator is warned.
    static let alarming: Duration = .milliseconds(50)
    /// A limit, because callers choose names; no service has so many slow operations.
    private static let most = 256

    private struct Slow {
        /// The moving average of the time that handlers hold their thread; the latest counts for a quarter.
        var held: Duration
        var quietUntil: ContinuousClock.Instant?
    }

    private struct State {
        var slow: [String: Slow] = [:]
        var moved = 0
        var long = 0
    }

    private let state = Mutex(State())
    /// Tells whether any operation is slow, which spares most requests the lock.
    private let isAnySlow = Atomic<Bool>(false)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    var counts: (moved: Int, long: Int) { state.withLock { ($0.moved, $0.long) } }

    /// Runs a request's handler in its own task, which the server cancels at the deadline and awaits.
    ///
    /// Uses no task group, because the receiving thread cannot wait for one.
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
