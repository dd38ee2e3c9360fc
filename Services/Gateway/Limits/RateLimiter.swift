import Contracts
import ServiceKit

/// Who may call how much: counted in memory, or together with all other replicas where there is a Redis.
final class RateLimiter: Sendable {
    private let budgets: RateBudgets
    private let local = LocalCounts()
    private let shared: SharedCounts?
    private let fallbacks: Counter

    init(budgets: RateBudgets, shared: SharedCounts?, metrics: Metrics) {
        self.budgets = budgets
        self.shared = shared
        fallbacks = metrics.counter(
            "rovierr_gateway_shared_limits_fallbacks_total",
            "Calls counted in memory because Redis did not answer."
        )
    }

    /// Counts a call at once.
    ///
    /// - Parameters:
    ///   - call: Who calls what.
    ///   - now: In nanoseconds of a clock that never goes back.
    /// - Returns: `nil` when the shared counts have to be asked, by `ask`.
    func count(_ call: RateCall, now: Int64) -> RateDecision? {
        if let shared {
            if shared.isAvailable { return nil }
            fallbacks.add()
        }
        return local.count(call, budgets[call], now: now)
    }

    /// Counts a call where all replicas count, or here if that gives no answer.
    ///
    /// - Parameters:
    ///   - call: Who calls what.
    ///   - now: In nanoseconds of a clock that never goes back.
    ///   - completion: Runs once, here or on a queue that it must not hold up.
    func ask(_ call: RateCall, now: Int64, completion: @escaping @Sendable (RateDecision) -> Void) {
        let budget = budgets[call]
        let fallback: @Sendable () -> RateDecision = { [local, fallbacks] in
            fallbacks.add()
            return local.count(call, budget, now: now)
        }
        guard let shared else { return completion(fallback()) }
        shared.count(call, budget) { completion($0 ?? fallback()) }
    }

    func close() { shared?.close() }
}
