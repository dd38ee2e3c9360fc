/// When to try to connect again: full jitter, uniform in `0...min(cap, base × 2^failures)`
/// (Brooker, *Exponential Backoff and Jitter*, 2015), and whether to wait for it.
struct Backoff {
    /// The time for which callers wait for a server that is away.
    private let patience: Duration
    private var failures = 0
    /// No attempt before this instant.
    private var retryAt = ContinuousClock.now
    /// Since when there has been no connection at all, as far as is known; `nil` while there is one.
    private var awaySince: ContinuousClock.Instant?
    /// The error of the latest attempt; `nil` if it succeeded.
    private(set) var failure: PostgresError?

    init(patience: Duration) { self.patience = patience }

    /// Notes that an attempt has failed.
    ///
    /// - Parameters:
    ///   - error: Why.
    ///   - began: When it began.
    ///   - isAway: Whether there is no other connection.
    mutating func failed(_ error: PostgresError, began: ContinuousClock.Instant, isAway: Bool) {
        failure = error
        awaySince = isAway ? awaySince ?? began : nil
        let limit = min(500, 25 << min(failures, 10))
        failures += 1
        retryAt = .now + .milliseconds(Int.random(in: 0...limit))
    }

    /// Notes that the last connection was lost; the next attempt may be made at once.
    mutating func lost(_ error: PostgresError) {
        self = Backoff(patience: patience)
        awaySince = .now
        failure = PostgresError(.connectionFailed, error.message)
    }

    mutating func succeeded() { self = Backoff(patience: patience) }

    /// Tells whether the server is unavailable, as far as is known; never while there is a connection.
    var isAway: Bool { awaySince != nil }

    var isDue: Bool { retryAt <= .now }

    /// The latest failure, which refuses callers at once; `nil` while there is a connection, or reason to wait for one.
    var refusal: PostgresError? {
        guard let awaySince, awaySince + patience <= .now else { return nil }
        return failure
    }
}
