import NIOCore

/// Limits one connection's sending to a burst and a rate per second, by the generic cell rate algorithm.
struct Allowance {
    private let interval: Int64
    private let burst: Int64
    /// The time when the whole burst is available again.
    private var whole = NIODeadline.uptimeNanoseconds(0)

    /// - Parameters:
    ///   - perSecond: The units regained per second, at most 1,000,000,000.
    ///   - burst: The units available at once.
    init(perSecond: Int, burst: Int) {
        interval = Int64(1_000_000_000 / perSecond)
        self.burst = Int64(burst)
    }

    /// Takes units.
    ///
    /// - Returns: `true` if enough were left; otherwise none are taken.
    mutating func take(_ units: Int, now: NIODeadline) -> Bool {
        let next = max(whole, now) + .nanoseconds(interval * Int64(units))
        guard next - now <= .nanoseconds(interval * burst) else { return false }
        whole = next
        return true
    }
}
