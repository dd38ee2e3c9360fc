/// How many calls may be under way at once: fewer when they take longer than usual, more again when they do not
/// (additive increase, multiplicative decrease: Chiu and Jain, 1989).
struct AdaptiveLimit: Sendable {
    /// The limit is looked at when this has passed and so many calls have ended.
    private static let windowNanoseconds: Int64 = 250_000_000
    private static let windowCalls = 8
    /// What no call is slow below, in nanoseconds: the noise of a busy machine.
    private static let tolerance: Double = 100_000_000

    let range: ClosedRange<Int>
    private(set) var limit: Int
    private(set) var inFlight = 0
    /// How long a call usually takes, in nanoseconds; 0 before anyone knows.
    private var usual: Double = 0
    private var windowStart: Int64
    private var calls = 0
    private var slowCalls = 0
    private var time: Double = 0

    /// - Parameters:
    ///   - range: What the limit stays in; it starts at the upper end.
    ///   - now: In nanoseconds of a clock that never goes back.
    init(_ range: ClosedRange<Int>, now: Int64) {
        self.range = range
        limit = range.upperBound
        windowStart = now
    }

    mutating func begin() { inFlight += 1 }

    /// Takes in that a call has ended.
    ///
    /// - Returns: Whether it took much longer than calls usually do.
    mutating func end(after nanoseconds: Int64, now: Int64) -> Bool {
        let isSlow = usual > 0 && Double(nanoseconds) > 4 * usual + Self.tolerance
        time += Double(nanoseconds)
        end(isSlow: isSlow, now: now)
        return isSlow
    }

    /// Takes in that a call has ended of which somebody else knows whether it was slow.
    mutating func end(isSlow: Bool, now: Int64) {
        inFlight -= 1
        calls += 1
        if isSlow { slowCalls += 1 }
        guard calls >= Self.windowCalls, now - windowStart >= Self.windowNanoseconds else { return }
        if slowCalls * 2 > calls {
            limit = max(range.lowerBound, limit * 3 / 4)
        } else {
            limit = min(range.upperBound, limit + max(1, limit / 16))
        }
        learn(mean: time / Double(calls))
        (windowStart, calls, slowCalls, time) = (now, 0, 0, 0)
    }

    /// Goes down with the calls quickly and up slowly, at most 4 % a second, so that a jam does not become what is usual.
    private mutating func learn(mean: Double) {
        usual = usual == 0 ? mean : mean < usual ? (usual + mean) / 2 : min(mean, usual * 1.01)
    }
}
