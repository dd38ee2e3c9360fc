/// Bounds the retries and hedges that a service gets beside the calls themselves.
///
/// Every call adds a fifth of a token, and time adds a few, so that a service with little traffic has some too; what is saved
/// up is bounded. When everything fails, the service therefore sees 1.2 times its traffic and not three times. Hedges
/// only save time, so they leave two thirds of a second's tokens to retries, without which a caller sees a failure.
struct RetryBudget {
    let share: Double
    let perSecond: Double
    /// A replica that dies takes at most 16 lanes of 16 calls with it; that many may be repeated at once.
    private static let most = 256.0

    private var tokens: Double
    private var updatedAt: ContinuousClock.Instant

    init(share: Double, perSecond: Double, now: ContinuousClock.Instant) {
        self.share = share
        self.perSecond = perSecond
        tokens = perSecond
        updatedAt = now
    }

    mutating func deposit() {
        tokens = min(tokens + share, Self.most)
    }

    /// Takes one token, if there is one.
    ///
    /// - Parameters:
    ///   - isHedge: Whether it is for a hedge, which may not take the tokens reserved for retries.
    ///   - now: The current time.
    /// - Returns: Whether a token was taken.
    mutating func withdraw(isHedge: Bool = false, now: ContinuousClock.Instant) -> Bool {
        let earned = perSecond * max(0, updatedAt.duration(to: now) / .seconds(1))
        updatedAt = now
        // Time alone saves up one second's worth and not more.
        if tokens < perSecond { tokens = min(tokens + earned, perSecond) }
        guard tokens >= 1 + (isHedge ? perSecond * 2 / 3 : 0) else { return false }
        tokens -= 1
        return true
    }
}
