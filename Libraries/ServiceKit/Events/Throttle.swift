import Synchronization

/// Lets something happen once in an interval at most, such as a log line that repeats.
final class Throttle: Sendable {
    private let interval: Duration
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter interval: The time from one occurrence to the next; the first one is due at once.
    init(every interval: Duration) {
        self.interval = interval
    }

    /// Tells whether the next occurrence is due.
    var isDue: Bool { last.withLock { hasPassed(since: $0) } }

    /// Notes an occurrence now.
    func note() { last.withLock { $0 = .now } }

    /// Notes an occurrence if one is due.
    ///
    /// - Returns: Whether it was.
    func noteIfDue() -> Bool {
        last.withLock { last in
            guard hasPassed(since: last) else { return false }
            last = .now
            return true
        }
    }

    private func hasPassed(since last: ContinuousClock.Instant?) -> Bool {
        last.map { ContinuousClock.now - $0 >= interval } ?? true
    }
}
