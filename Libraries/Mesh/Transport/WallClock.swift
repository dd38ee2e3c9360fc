internal import Clocks

/// The time of day, for messages that other hosts judge the age of.
enum WallClock {
    /// Seconds since 1970.
    static func seconds() -> UInt64 { UInt64(clamping: TimeOfDay.nanoseconds() / 1_000_000_000) }
}
