internal import Logging
internal import Loops
internal import Synchronization

/// Decides for each operation whether its handlers run on the server's loop, which is cheapest, or beside it.
///
/// While a handler computes or blocks, it holds its loop and delays all that runs there. An operation whose handlers
/// lately held theirs for over a millisecond without a pause gets a loop to itself, where it delays none but its like; it
/// is timed there too, so that it returns when it is fast again.
final class HandlerPlacement: Sendable {
    /// The holding time above which an operation is moved; changing threads costs some ten microseconds.
    static let longest: Duration = .milliseconds(1)
    /// The holding time below which an operation is forgotten.
    static let negligible: Duration = .microseconds(250)
    /// A limit, because callers choose names; no service has so many slow operations.
    private static let most = 64

    private struct Slow {
        /// The moving average of the longest time for which each handler holds its loop; the latest counts for a quarter.
        var held: Duration = .zero
        /// Made when it is first needed.
        var loop: Loop?
    }

    private struct State {
        var slow: [String: Slow] = [:]
        var moved = 0
    }

    private let loop: Loop
    private let logger: Logger
    private let state = Mutex(State())
    /// Tells whether any operation is slow, which spares most requests the lock.
    private let isAnySlow = Atomic<Bool>(false)

    init(loop: Loop, logger: Logger) {
        self.loop = loop
        self.logger = logger
    }

    /// The number of requests that ran beside the server's loop.
    var moved: Int { state.withLock(\.moved) }

    /// The loop on which to run the next handler of an operation.
    func place(for operation: String) -> Loop {
        guard isAnySlow.load(ordering: .relaxed) else { return loop }
        return state.withLock { state -> Loop in
            guard let slow = state.slow[operation], slow.held > Self.longest,
                // Without a descriptor for another loop it stays on this one.
                let beside = slow.loop ?? Loop.ifPossible(name: "mesh-beside", logger: logger)
            else { return loop }
            state.moved += 1
            state.slow[operation]?.loop = beside
            return beside
        }
    }

    /// Notes the longest time for which a handler has held its loop.
    func record(_ held: Duration, of operation: String) {
        guard held > Self.longest || isAnySlow.load(ordering: .relaxed) else { return }
        state.withLock { state in
            let known = state.slow[operation]
            var slow = known ?? Slow()
            slow.held += (held - slow.held) / 4
            let isKept = slow.held >= Self.negligible && (known != nil || state.slow.count < Self.most)
            state.slow[operation] = isKept ? slow : nil
            isAnySlow.store(!state.slow.isEmpty, ordering: .relaxed)
        }
    }
}
