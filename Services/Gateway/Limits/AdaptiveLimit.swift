/// How many calls may be under way at once: fewer when they take longer than usual, more again when they do not
/// (additive increase, multiplicative decrease: Chiu and Jain, 1989).
///
/// It follows callers and not calls: a caller counts once, however many calls it makes. A limit that callers share
/// shrinks only if most callers of the last ten seconds are slow, and so many that one call of each fills a quarter of
/// it. Fewer slow callers are held to one call each by limits of their own.
struct AdaptiveLimit: Sendable {
    /// One caller's calls that ended in one window, the latest in which any did.
    private struct Tally {
        /// When the window began, which identifies it.
        let window: Int64
        var lastEnd: Int64 = 0
        var calls = 0
        var slowCalls = 0
        /// The time that they took together, in nanoseconds.
        var time: Double = 0

        var isSlow: Bool { slowCalls * 2 > calls }
        var mean: Double { time / Double(calls) }
    }

    /// The limit is looked at when this has passed and so many calls have ended.
    private static let windowNanoseconds: Int64 = 250_000_000
    private static let windowCalls = 8
    /// The time for which a caller, and a limit that shrank, are remembered after the last call.
    private static let memoryNanoseconds: Int64 = 10_000_000_000
    /// The maximum number of callers remembered; half of them are kept from one window to the next, and further ones
    /// don't count.
    private static let maximumCallers = 512
    /// What no call is slow below, in nanoseconds: the noise of a busy machine.
    private static let tolerance: Double = 100_000_000

    let range: ClosedRange<Int>
    private(set) var limit: Int
    private(set) var inFlight = 0
    /// How long a call usually takes, in nanoseconds; 0 before anyone knows.
    private var usual: Double = 0
    /// The number of slow callers from which on the limit may shrink.
    private let leastSlowCallers: Int
    private var windowStart: Int64
    private var lastEnd: Int64
    private var calls = 0
    private var tallies: [RateKey: Tally] = [:]

    /// - Parameters:
    ///   - range: What the limit stays in; it starts at the upper end.
    ///   - isOfOneCaller: Whether it limits the calls of one caller; otherwise callers share it.
    ///   - now: In nanoseconds of a clock that never goes back.
    init(_ range: ClosedRange<Int>, isOfOneCaller: Bool = false, now: Int64) {
        self.range = range
        leastSlowCallers = isOfOneCaller ? 1 : min(max(8, range.upperBound / 4), Self.maximumCallers / 4)
        limit = range.upperBound
        windowStart = now
        lastEnd = now
    }

    mutating func begin() { inFlight += 1 }

    /// Tells whether no call is under way and the limit never shrank, or that was long ago.
    func isForgettable(now: Int64) -> Bool {
        inFlight == 0 && (limit == range.upperBound || now - lastEnd > Self.memoryNanoseconds)
    }

    /// Tells whether it will be forgettable once the one call under way ends: no limit moves before `windowCalls` have ended.
    var endsForgotten: Bool { inFlight == 1 && limit == range.upperBound && calls + 1 < Self.windowCalls }

    /// Takes in that a call has ended.
    ///
    /// - Parameters:
    ///   - nanoseconds: The time that it took.
    ///   - caller: Who made it.
    ///   - now: In nanoseconds of a clock that never goes back.
    /// - Returns: `true` if it took much longer than calls usually do.
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
        count(isSlow: isSlow, after: nanoseconds, by: caller, now: now)
        guard calls >= Self.windowCalls, now - windowStart >= Self.windowNanoseconds else { return }
        tallies = tallies.filter { now - $0.value.lastEnd <= Self.memoryNanoseconds }
        adapt()
        makeRoom()
        (windowStart, calls) = (now, 0)
    }

    /// Forgets the callers of longest ago where they would keep those of the next window from counting.
    private mutating func makeRoom() {
        let excess = tallies.count - Self.maximumCallers / 2
        guard excess > 0 else { return }
        for (caller, _) in tallies.sorted(by: { $0.value.lastEnd < $1.value.lastEnd }).prefix(excess) {
            tallies[caller] = nil
        }
    }

    /// Adds a call to its caller's tally.
    private mutating func count(isSlow: Bool, after nanoseconds: Int64, by caller: RateKey, now: Int64) {
        let last = tallies[caller]
        guard last != nil || tallies.count < Self.maximumCallers else { return }
        var tally = Tally(window: windowStart)
        if let last, last.window == windowStart { tally = last }
        tally.lastEnd = now
        tally.calls += 1
        tally.slowCalls += isSlow ? 1 : 0
        tally.time += Double(nanoseconds)
        tallies[caller] = tally
    }

    /// Moves the limit by what the window and the time before it have seen.
    private mutating func adapt() {
        let present = tallies.values.filter { $0.window == windowStart }
        guard !present.isEmpty else { return }
        let slowCallers = tallies.values.count { $0.isSlow }
        // Most callers were slow for a while, and still are.
        let isSlow = slowCallers * 2 > tallies.count && present.count { $0.isSlow } * 2 > present.count
        if isSlow, slowCallers >= leastSlowCallers {
            limit = max(range.lowerBound, limit * 3 / 4)
        } else {
            limit = min(range.upperBound, limit + max(1, limit / 16))
        }
        learn(mean: present.reduce(0) { $0 + $1.mean } / Double(present.count))
    }

    /// Goes down with the calls quickly and up slowly, at most 4 % a second, so that a jam does not become what is usual.
    private mutating func learn(mean: Double) {
        usual = usual == 0 ? mean : mean < usual ? (usual + mean) / 2 : min(mean, usual * 1.01)
    }
}
