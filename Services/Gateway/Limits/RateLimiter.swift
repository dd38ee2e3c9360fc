import Contracts
import Synchronization

/// How many calls there may be in a time; all of them may come at once, and then one per `period / limit`.
struct RateBudget: Sendable, Equatable {
    let limit: Int
    let period: Duration

    /// Reads `<calls>/<seconds>`, such as `600/60`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard parts.count == 2, (1...10_000_000).contains(parts[0]), (1...86_400).contains(parts[1]) else { return nil }
        limit = parts[0]
        period = .seconds(parts[1])
    }

    init(limit: Int, period: Duration) {
        self.limit = limit
        self.period = period
    }

    var nanoseconds: Int64 { Int64(period / .nanoseconds(1)) }
}

/// Whose calls are counted together.
struct RateKey: Hashable, Sendable {
    enum Kind: UInt8 { case user, address }

    let kind: Kind
    let high: UInt64
    let low: UInt64

    init(user: UserID) {
        kind = .user
        (high, low) = (user.high, user.low)
    }

    /// An IPv6 subscriber has a whole /64, so that is what counts as one.
    init(address: IPAddress) {
        kind = .address
        high = address.high
        low = address.isIPv4 ? address.low : 0
    }
}

/// What became of one call, and what its response says about it.
struct RateDecision: Sendable, Equatable {
    let limit: Int
    let remaining: Int
    /// Until the whole budget is there again.
    let resetSeconds: Int
    /// `nil` when the call may go on; otherwise it succeeds after so long, if nothing else is called before.
    let retryAfterSeconds: Int?

    var isAllowed: Bool { retryAfterSeconds == nil }
}

/// Counts calls by the generic cell rate algorithm (ITU-T I.371): one number per key, compared and moved in one step.
///
/// The number is the time at which the key's budget will be whole again. Keys whose time has passed are as good as unknown
/// ones, which bounds the table.
final class RateLimiter: Sendable {
    private struct Cell: Hashable {
        let key: RateKey
        let rate: RateClass
    }

    /// Of the whole table; beyond it some keys are forgotten, which is in their favour.
    static let maximumKeys = 131_072

    private let users: [RateClass: RateBudget]
    private let addresses: [RateClass: RateBudget]
    private let shards: [Shard]

    private final class Shard: Sendable {
        let cells = Mutex<[Cell: Int64]>([:])
    }

    init(users: [RateClass: RateBudget], addresses: [RateClass: RateBudget]) {
        self.users = users
        self.addresses = addresses
        shards = (0..<16).map { _ in Shard() }
    }

    /// How many keys are kept now.
    var keyCount: Int { shards.reduce(0) { $0 + $1.cells.withLock(\.count) } }

    /// Counts a call.
    ///
    /// - Parameters:
    ///   - key: Who calls.
    ///   - rate: What kind of call.
    ///   - now: In nanoseconds of a clock that never goes back.
    ///   - cost: How many calls it counts as; 0 only looks.
    /// - Returns: Whether it may go on, and what is left.
    func count(_ key: RateKey, _ rate: RateClass, now: Int64, cost: Int64 = 1) -> RateDecision {
        let budgets = key.kind == .user ? users : addresses
        guard let budget = budgets[rate] else { preconditionFailure("Every class has a budget") }
        let period = budget.nanoseconds
        let interval = period / Int64(budget.limit)
        let cell = Cell(key: key, rate: rate)
        let shard = shards[cell.hashValue & 15]
        return shard.cells.withLock { cells in
            let full = max(cells[cell] ?? now, now)
            let next = full + interval * max(cost, 1)
            guard next - now <= period else {
                return decision(budget, interval, until: full - now, retryAfter: next - period - now)
            }
            guard cost > 0 else { return decision(budget, interval, until: full - now, retryAfter: nil) }
            if cells[cell] == nil, cells.count >= Self.maximumKeys / 16 { Self.makeRoom(&cells, now: now) }
            cells[cell] = next
            return decision(budget, interval, until: next - now, retryAfter: nil)
        }
    }

    private func decision(
        _ budget: RateBudget,
        _ interval: Int64,
        until full: Int64,
        retryAfter: Int64?
    ) -> RateDecision {
        RateDecision(
            limit: budget.limit,
            remaining: max(0, Int((budget.nanoseconds - full) / interval)),
            resetSeconds: Self.wholeSeconds(full),
            retryAfterSeconds: retryAfter.map { max(1, Self.wholeSeconds($0)) }
        )
    }

    /// Rounded up, so that after so long it is true.
    private static func wholeSeconds(_ nanoseconds: Int64) -> Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }

    private static func makeRoom(_ cells: inout [Cell: Int64], now: Int64) {
        cells = cells.filter { $0.value > now }
        let bound = maximumKeys / 16
        guard cells.count > bound * 3 / 4 else { return }
        // Everyone is active: an attack from many addresses. Any quarter may go; hashing makes it a random one.
        for key in Array(cells.keys.prefix(cells.count - bound * 3 / 4)) { cells[key] = nil }
    }
}
