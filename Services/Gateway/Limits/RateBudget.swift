import Contracts

/// How many calls there may be in a time; all of them may come at once, and then one per `period / limit`.
struct RateBudget: Sendable, Equatable {
    let limit: Int
    let period: Duration

    /// Reads `<calls>/<seconds>`, such as `600/60`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).compactMap { Int($0) }
        // No finer than a call per microsecond, which is the unit that replicas share counts in.
        guard parts.count == 2, (1...1_000_000).contains(parts[0]), (1...86_400).contains(parts[1]) else { return nil }
        limit = parts[0]
        period = .seconds(parts[1])
    }

    init(limit: Int, period: Duration) {
        self.limit = limit
        self.period = period
    }

    /// Multiplies the budget, up to one call per microsecond.
    func times(_ factor: Int) -> RateBudget {
        RateBudget(limit: min(limit * factor, max(limit, Int(nanoseconds / 1_000))), period: period)
    }

    var nanoseconds: Int64 { Int64(period / .nanoseconds(1)) }

    /// What a call is told.
    ///
    /// - Parameters:
    ///   - whole: How many nanoseconds until the budget is whole again.
    ///   - retryAfter: How many until the call can go on; `nil` when it may now.
    /// - Returns: The same in whole seconds and calls.
    func decision(untilWhole whole: Int64, retryAfter: Int64?) -> RateDecision {
        RateDecision(
            limit: limit,
            remaining: max(0, Int((nanoseconds - whole) / (nanoseconds / Int64(limit)))),
            resetSeconds: Self.wholeSeconds(whole),
            retryAfterSeconds: retryAfter.map { max(1, Self.wholeSeconds($0)) }
        )
    }

    /// Rounded up, so that after so long it is true.
    private static func wholeSeconds(_ nanoseconds: Int64) -> Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }
}

/// The budgets of all who are counted.
struct RateBudgets: Sendable {
    let users: [RateClass: RateBudget]
    let apiKeys: [RateClass: RateBudget]
    let addresses: [RateClass: RateBudget]

    subscript(call: RateCall) -> RateBudget {
        let budgets =
            switch call.key.kind {
            case .user: users
            case .apiKey: apiKeys
            case .address, .wrongTokens, .network, .wrongTokensOfNetwork: addresses
            }
        guard let budget = budgets[call.rate] else { preconditionFailure("Every class has a budget") }
        return switch call.key.kind {
        case .network, .wrongTokensOfNetwork: budget.times(Self.addressesPerNetwork)
        case .user, .apiKey, .address, .wrongTokens: budget
        }
    }

    /// The budget of an IPv6 network (a /48), in budgets of an address, regardless of how many addresses it uses.
    private static let addressesPerNetwork = 8
}
