internal import Glibc
internal import Synchronization

/// The time of day, which goes on steadily when the system's clock is set.
public enum TimeOfDay {
    private static let steady = Mutex(SteadyTime(system: TimeOfDay.system(), now: .now))

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public static func nanoseconds() -> Int64 {
        steady.withLock { $0.nanoseconds(system: system(), now: .now) }
    }

    private static func system() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A time of day that follows the system's clock, but not at once where that leaps.
///
/// A leap back would make messages and tokens of a moment ago come from the future, and a leap ahead would make all of
/// them too old. One that was a mistake is soon corrected; one that lasts is itself the correction.
package struct SteadyTime {
    /// The system's clock may differ by that much: others allow for twice as much.
    package static let tolerance = Duration.seconds(30)
    /// The time that a leap must last before it is followed.
    package static let patience = Duration.seconds(120)

    /// The system clock's reading when it was last followed, and the moment of that reading.
    private var anchor: (nanoseconds: Int64, instant: ContinuousClock.Instant)
    private var differsSince: ContinuousClock.Instant?

    /// Begins with the system's time.
    package init(system: Int64, now: ContinuousClock.Instant) { anchor = (system, now) }

    /// Reads the time.
    ///
    /// - Parameters:
    ///   - system: What the system's clock says, in nanoseconds since 1970.
    ///   - now: The time by a clock that nobody sets.
    /// - Returns: The time of day in nanoseconds since 1970.
    package mutating func nanoseconds(system: Int64, now: ContinuousClock.Instant) -> Int64 {
        let steady = anchor.nanoseconds + Int64((now - anchor.instant) / .nanoseconds(1))
        let difference = Duration.nanoseconds(system) - .nanoseconds(steady)
        let isLeap = difference > Self.tolerance || difference < .zero - Self.tolerance
        if isLeap {
            let since = differsSince ?? now
            differsSince = since
            if now - since < Self.patience { return steady }
        }
        anchor = (system, now)
        differsSince = nil
        return system
    }
}
