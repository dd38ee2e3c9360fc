/// How many calls may be under way at once: fewer when they take longer than usual, more again when they do not
/// (additive increase, multiplicative decrease: Chiu and Jain, 1989).
///
/// It follows callers and not calls: a caller counts once, however many calls it makes, so that the slow calls of a few
/// shrink no limit that others share.
struct AdaptiveLimit: Sendable {
    /// One caller's calls that ended in the present window.
    private struct Tally {
        var calls = 0
        var slowCalls = 0
        /// The time that they took together, in nanoseconds.
        var time: Double = 0

        var isSlow: Bool { slowCalls * 2 > calls }
        var mean: Double { time / Double(calls) }
    }

    /// The number of slow callers that shrink a limit of one caller.
    static let ofOneCaller = 1
    /// The number of slow callers that shrink a limit that callers share; fewer don't.
    static let sharedByCallers = 8
    /// The limit is looked at when this has passed and so many calls have ended.
    private static let windowNanoseconds: Int64 = 250_000_000
    private static let windowCalls = 8
    /// The time for which a limit that shrank is remembered after the last call.
    private static let memoryNanoseconds: Int64 = 10_000_000_000
    /// Further callers don't count in the window.
    private static let maximumCallers = 256
    /// What no call is slow below, in nanoseconds: the noise of a busy machine.
    private static let tolerance: Double = 100_000_000

    let range: ClosedRange<Int>
    private(set) var limit: Int
    private(set) var inFlight = 0
    /// How long a call usually takes, in nanoseconds; 0 before anyone knows.
    private var usual: Double = 0
    private let leastSlowCallers: Int
    private var windowStart: Int64
    private var lastEnd: Int64
    private var calls = 0
    private var tallies: [RateKey: Tally] = [:]

    /// - Parameters:
    ///   - range: What the limit stays in; it starts at the upper end.
    ///   - leastSlowCallers: The number of slow callers from which on it may shrink.
    ///   - now: In nanoseconds of a clock that never goes back.
    init(_ range: ClosedRange<Int>, leastSlowCallers: Int = AdaptiveLimit.sharedByCallers, now: Int64) {
        self.range = range
        self.leastSlowCallers = leastSlowCallers
        limit = range.upperBound
        windowStart = now
        lastEnd = now
    }

    mutating func begin() { inFlight += 1 }

    /// Tells whether no call is under way and the limit never shrank, or that was long ago.
    func isForgettable(now: Int64) -> Bool {
        inFlight == 0 && (limit == range.upperBound || now - lastEnd > Self.memoryNanoseconds)
    }

    /// Takes in that a call has ended.
    ///
    /// - Parameters:
    ///   - nanoseconds: The time that it took.
    ///   - caller: Who made it.
    ///   - now: In nanoseconds of a clock that never goes back.
    /// - Returns: Whether it took much longer than calls usually do.
    mutating func end(after nanoseconds: Int64, by caller: RateKey, now: Int64) -> Bool {
        let isSlow = usual > 0 && Double(nanoseconds) > 4 * usual + Self.tolerance
        end(isSlow: isSlow, after: nanoseconds, by: caller, now: now)
        return isSlow
    }

    /// Takes in that a call has ended of which somebody else knows whether it was slow.
    mutating func end(isSlow: Bool, after nanoseconds: Int64 = 0, by caller: RateKey, now: Int64) {
        inFlight -= 1
        lastEnd = now
        calls += 1
        if tallies[caller] != nil || tallies.count < Self.maximumCallers {
            tallies[caller, default: Tally()].calls += 1
            tallies[caller, default: Tally()].slowCalls += isSlow ? 1 : 0
            tallies[caller, default: Tally()].time += Double(nanoseconds)
        }
        guard calls >= Self.windowCalls, now - windowStart >= Self.windowNanoseconds else { return }
        adapt()
        (windowStart, calls) = (now, 0)
        tallies.removeAll(keepingCapacity: true)
    }

    /// Moves the limit by what the window has seen.
    private mutating func adapt() {
        let slowCallers = tallies.values.count { $0.isSlow }
        if slowCallers >= leastSlowCallers, slowCallers * 2 > tallies.count {
            limit = max(range.lowerBound, limit * 3 / 4)
        } else {
            limit = min(range.upperBound, limit + max(1, limit / 16))
        }
        learn(mean: tallies.values.reduce(0) { $0 + $1.mean } / Double(tallies.count))
    }

    /// Goes down with the calls quickly and up slowly, at most 4 % a second, so that a jam does not become what is usual.
    private mutating func learn(mean: Double) {
        usual = usual == 0 ? mean : mean < usual ? (usual + mean) / 2 : min(mean, usual * 1.01)
    }
}
