/// A loop's turns since its start.
public struct LoopFigures: Sendable, Equatable {
    public var turns = 0
    /// Turns that took longer than 10 ms.
    public var longTurns = 0
    /// The time that all turns took together, waits excluded.
    public var busy: Duration = .zero
}

/// A turn that took too long, to be logged.
struct LongTurn: Equatable {
    let time: Duration
    /// The part that took the most of it.
    let longest: String
    let longestTime: Duration
    /// The number of long turns before it that were not logged.
    let unlogged: Int
}

/// Times turns and their parts.
struct TurnMeter {
    /// The time from which a turn counts as long.
    static let limit: Duration = .milliseconds(10)
    /// The least time from one long turn that is logged to the next.
    static let quiet: Duration = .seconds(10)

    private(set) var figures = LoopFigures()
    private var began: ContinuousClock.Instant
    /// The end of the latest part.
    private(set) var lapped: ContinuousClock.Instant
    private var longest = ""
    private var longestTime: Duration = .zero
    private var unlogged = 0
    private var quietUntil: ContinuousClock.Instant

    init(_ now: ContinuousClock.Instant) { (began, lapped, quietUntil) = (now, now, now) }

    mutating func begin(_ now: ContinuousClock.Instant) {
        (began, lapped) = (now, now)
        (longest, longestTime) = ("", .zero)
    }

    /// Notes the end of a part of the turn.
    ///
    /// - Parameters:
    ///   - name: The part's name, asked for only if it is the longest so far.
    ///   - now: The present time.
    /// - Returns: The time that the part took.
    @discardableResult
    mutating func lap(_ name: @autoclosure () -> String, _ now: ContinuousClock.Instant) -> Duration {
        let time = now - lapped
        lapped = now
        if time > longestTime { (longest, longestTime) = (name(), time) }
        return time
    }

    /// Ends the turn.
    ///
    /// - Returns: The turn if it is to be logged; `nil` if it was short, or one was logged a short while ago.
    mutating func end(_ now: ContinuousClock.Instant) -> LongTurn? {
        lap("end of turn", now)
        let time = now - began
        figures.turns += 1
        figures.busy += time
        guard time > Self.limit else { return nil }
        figures.longTurns += 1
        guard quietUntil <= now else {
            unlogged += 1
            return nil
        }
        defer { (unlogged, quietUntil) = (0, now + Self.quiet) }
        return LongTurn(time: time, longest: longest, longestTime: longestTime, unlogged: unlogged)
    }
}
