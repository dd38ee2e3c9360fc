import NIOCore

/// How much one connection may send: a burst at once, and then so much a second, by the generic cell rate algorithm.
struct Allowance {
    private let interval: Int64
    private let burst: Int64
    /// When the whole burst is there again.
    private var whole = NIODeadline.uptimeNanoseconds(0)

    /// - Parameters:
    ///   - perSecond: How many units come back in a second, at most 1,000,000,000.
    ///   - burst: How many may be taken at once.
    init(perSecond: Int, burst: Int) {
        interval = Int64(1_000_000_000 / perSecond)
        self.burst = Int64(burst)
    }

    /// Takes units.
    ///
    /// - Returns: Whether there were as many; none are taken if not.
    mutating func take(_ units: Int, now: NIODeadline) -> Bool {
        let next = max(whole, now) + .nanoseconds(interval * Int64(units))
        guard next - now <= .nanoseconds(interval * burst) else { return false }
        whole = next
        return true
    }
}
