internal import Glibc
internal import Synchronization

/// The time of day, which goes on steadily when the system's clock is set.
public enum TimeOfDay {
    private static let steady = Mutex(SteadyTime(system: TimeOfDay.system(), now: .now))
    private static let observer = Mutex<(@Sendable (ClockStep) -> Void)?>(nil)

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public static func nanoseconds() -> Int64 {
        let (nanoseconds, step) = steady.withLock { steady in
            (steady.nanoseconds(system: system(), now: .now), steady.takeStep())
        }
        if let step { observer.withLock(\.self)?(step) }
        return nanoseconds
    }

    /// Tells whether the system's clock was set and the time of day does not follow it yet.
    ///
    /// Meanwhile other hosts may refuse our messages, and we theirs.
    public static var isInDoubt: Bool {
        _ = nanoseconds()  // the doubt begins and ends when the time is read
        return steady.withLock(\.isInDoubt)
    }

    /// Reports each step of the system's clock: once when it is seen, and once when it is followed.
    ///
    /// - Parameter body: Runs where the time is read, and so must not wait; it replaces the body before it.
    public static func observeSteps(_ body: @escaping @Sendable (ClockStep) -> Void) {
        observer.withLock { $0 = body }
    }

    private static func system() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A step of the system's clock.
public struct ClockStep: Sendable, Equatable {
    /// The time by which the clock was set ahead; negative if it was set back.
    public let size: Duration
    /// `true` once the time of day follows the clock again.
    public let isFollowed: Bool

    package init(size: Duration, isFollowed: Bool) {
        self.size = size
        self.isFollowed = isFollowed
    }
}

/// A time of day that follows the system's clock, but not at once where that steps.
///
/// A step back would make messages and tokens of a moment ago come from the future, and a step ahead would make all of
/// them too old. One that was a mistake is soon corrected; one that lasts is itself the correction, as after a virtual
/// machine was paused.
package struct SteadyTime {
    /// The system's clock may differ by that much: others allow for twice as much.
    package static let tolerance = Duration.seconds(30)
    /// The time that a step must last before it is followed; until then other hosts' messages may be refused.
    package static let patience = Duration.seconds(10)

    /// The system clock's reading when it was last followed, and the moment of that reading.
    private var anchor: (nanoseconds: Int64, instant: ContinuousClock.Instant)
    private var differsSince: ContinuousClock.Instant?
    private var step: ClockStep?

    /// Begins with the system's time.
    package init(system: Int64, now: ContinuousClock.Instant) { anchor = (system, now) }

    /// `true` while a step has been seen and not followed.
    package var isInDoubt: Bool { differsSince != nil }

    /// Reads the time.
    ///
    /// - Parameters:
    ///   - system: What the system's clock says, in nanoseconds since 1970.
    ///   - now: The time by a clock that nobody sets.
    /// - Returns: The time of day in nanoseconds since 1970.
    package mutating func nanoseconds(system: Int64, now: ContinuousClock.Instant) -> Int64 {
        let steady = anchor.nanoseconds + Int64((now - anchor.instant) / .nanoseconds(1))
        let difference = Duration.nanoseconds(system) - .nanoseconds(steady)
        let isStep = difference > Self.tolerance || difference < .zero - Self.tolerance
        if isStep {
            if differsSince == nil { step = ClockStep(size: difference, isFollowed: false) }
            let since = differsSince ?? now
            differsSince = since
            if now - since < Self.patience { return steady }
            step = ClockStep(size: difference, isFollowed: true)
        }
        anchor = (system, now)
        differsSince = nil
        return system
    }

    /// Takes the step that the latest reading has seen or followed.
    package mutating func takeStep() -> ClockStep? {
        defer { step = nil }
        return step
    }
}
