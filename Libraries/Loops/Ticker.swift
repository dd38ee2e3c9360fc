import Synchronization

/// Work that a loop does from time to time, and more often while there is something to do.
///
/// Nothing wakes the loop for it while it is idle, so an idle daemon uses no processor time.
public final class Ticker: Sendable {
    private let core: LoopCore
    private let period: Duration
    private let token: UInt64
    private let resting = Atomic(false)

    /// Makes a ticker, which does nothing before `start`.
    ///
    /// - Parameters:
    ///   - loop: The loop that does the work.
    ///   - period: The time within which the work is done once `keepTime` was called.
    public init(on loop: Loop, within period: Duration) {
        core = loop.core
        token = core.newToken()
        self.period = period
    }

    /// Tells whether the next tick may be later than a period from now.
    public var isResting: Bool { resting.load(ordering: .sequentiallyConsistent) }

    /// Ticks at once, and then when the action says; to be called once.
    ///
    /// - Parameter action: Does what is due, on the loop's thread, and returns the time until there may be more to do;
    ///   `nil` if nothing is expected. The caller who makes something due earlier calls `keepTime`.
    public func start(_ action: @escaping @Sendable () -> Duration?) {
        core.register(token) { self.tick(action) }
        core.schedule(token, at: .now)
    }

    /// Makes sure that the next tick comes within a period.
    public func keepTime() {
        guard isResting, resting.exchange(false, ordering: .sequentiallyConsistent) else { return }
        core.schedule(token, at: .now + period)
    }

    /// Ends the ticks, and releases the action.
    public func cancel() { core.forget(token) }

    /// `resting` is set before the action looks at anything, so that what is added after that look brings the next tick.
    private func tick(_ action: () -> Duration?) {
        resting.store(true, ordering: .sequentiallyConsistent)
        guard let rest = action() else { return }
        if rest <= period { resting.store(false, ordering: .sequentiallyConsistent) }
        core.schedule(token, at: .now + rest)
    }
}
