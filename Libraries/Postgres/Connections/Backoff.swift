/// When to try to connect again: full jitter, uniform in `0...min(cap, base × 2^failures)`
/// (Brooker, *Exponential Backoff and Jitter*, 2015).
struct Backoff {
    private var failures = 0
    /// No attempt before this instant.
    private(set) var retryAt = ContinuousClock.now

    mutating func failed() {
        let limit = min(1_000, 25 << min(failures, 10))
        failures += 1
        retryAt = .now + .milliseconds(Int.random(in: 0...limit))
    }

    mutating func succeeded() { self = Backoff() }

    var isDue: Bool { retryAt <= .now }
}
