import Logging
import Synchronization

/// The state of a loop that any thread may use, and its turns; apart from ``Loop``, so that an abandoned one ends.
final class LoopCore: Sendable {
    /// A job that waits for its execution.
    struct Job: Sendable {
        let job: UnownedJob
        /// Kept, because a task may let go of it with its last job.
        let executor: any TimedExecutor
    }

    private struct State {
        /// Jobs from other threads.
        var inbox: [Job] = []
        /// The actions of descriptors and tickers, by token.
        var actions: [UInt64: @Sendable () -> Void] = [:]
        var timetable = Timetable()
        var hooks: [@Sendable () -> Void] = []
        /// The beginning of the present turn; `nil` while the thread waits.
        var turnBegan: ContinuousClock.Instant?
        /// The thread waits and does not look at any of this before it is woken.
        var isAsleep = false
        var isStopped = false
        var figures = LoopFigures()
    }

    let poller: Poller
    private let name: String
    private let logger: Logger
    private let lastToken = Atomic<UInt64>(0)
    private let state = Mutex(State())

    init(name: String, poller: Poller, logger: Logger) {
        self.name = name
        self.poller = poller
        self.logger = logger
    }

    var figures: LoopFigures { state.withLock(\.figures) }

    var presentTurn: Duration {
        guard let began = state.withLock(\.turnBegan) else { return .zero }
        return ContinuousClock.now - began
    }

    func enqueue(_ job: UnownedJob, for executor: any TimedExecutor) {
        let job = Job(job: job, executor: executor)
        if let turn = Turn.current, turn.core === self { return turn.add(job) }
        let mustWake = state.withLock { state in
            state.inbox.append(job)
            return state.isAsleep && state.inbox.count == 1
        }
        if mustWake { poller.wake() }
    }

    /// A number by which a descriptor or the time asks for its action.
    func newToken() -> UInt64 { lastToken.add(1, ordering: .relaxed).newValue }

    func register(_ token: UInt64, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.actions[token] = action }
    }

    func forget(_ token: UInt64) {
        // Released outside of the lock, since what the action holds may call the loop as it ends.
        _ = state.withLock { state in
            state.timetable.remove(token)
            return state.actions.removeValue(forKey: token)
        }
    }

    /// Makes an action due at a moment, unless it is due earlier.
    func schedule(_ token: UInt64, at moment: ContinuousClock.Instant) {
        let mustWake = state.withLock { state in
            let isFirst = state.timetable.set(token, at: moment)
            return isFirst && state.isAsleep
        }
        if mustWake { poller.wake() }
    }

    func atTurnEnd(_ hook: @escaping @Sendable () -> Void) { state.withLock { $0.hooks.append(hook) } }

    func stop() {
        state.withLock { $0.isStopped = true }
        poller.wake()
    }

    // MARK: On the loop's thread

    /// Runs turn after turn, until the loop is stopped and no job is left.
    func run() {
        Turn.withThread(of: self) { turn in
            while let limit = fallAsleep(turn) {
                let tokens = poller.wait(milliseconds: limit >= 0 ? limit : nil)
                let now = ContinuousClock.now
                let (due, jobs, hooks) = wakeUp(now)
                turn.begin(now)
                for token in tokens { act(token) }
                for token in due { act(token) }
                turn.run(jobs)
                for hook in hooks { hook() }
                if let long = turn.end() { log(long) }
            }
        }
        let rest = state.withLock { state in
            defer { (state.actions, state.hooks) = ([:], []) }
            return (state.actions, state.hooks)
        }
        _ = rest  // released outside of the lock
    }

    private func act(_ token: UInt64) {
        let action = state.withLock { $0.actions[token] }
        action?()
    }

    /// Takes a last look before the wait.
    ///
    /// - Returns: The milliseconds to wait, less than 0 for no limit; `nil` at the end.
    private func fallAsleep(_ turn: Turn) -> CInt? {
        let (isBusy, figures) = (turn.isBusy, turn.figures)
        return state.withLock { state in
            state.figures = figures
            state.turnBegan = nil
            state.isAsleep = !isBusy && state.inbox.isEmpty
            if !state.isAsleep { return 0 }
            return state.isStopped ? nil : state.timetable.next.map(Self.milliseconds(until:)) ?? -1
        }
    }

    private func wakeUp(
        _ now: ContinuousClock.Instant
    ) -> (due: [UInt64], jobs: [Job], hooks: [@Sendable () -> Void]) {
        state.withLock { state in
            state.isAsleep = false
            state.turnBegan = now
            defer { state.inbox = [] }
            return (state.timetable.takeDue(now), state.inbox, state.hooks)
        }
    }

    private static func milliseconds(until moment: ContinuousClock.Instant) -> CInt {
        let left: Double = (moment - .now) / .milliseconds(1)
        return CInt(max(0, min(3_600_000, left.rounded(.up))))
    }

    private func log(_ turn: LongTurn) {
        logger.warning(
            "A turn of the loop took long",
            metadata: [
                "loop": "\(name)", "milliseconds": "\(Int(turn.time / .milliseconds(1)))",
                "longest": "\(turn.longest)", "longest.milliseconds": "\(Int(turn.longestTime / .milliseconds(1)))",
                "unlogged": "\(turn.unlogged)",
            ]
        )
    }
}
