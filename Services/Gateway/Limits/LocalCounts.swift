import Contracts
import Synchronization

/// Counts calls by the generic cell rate algorithm (ITU-T I.371): one number per key, compared and moved in one step.
///
/// The number is the time at which the key's budget will be whole again. Keys whose time has passed are as good as unknown
/// ones, which bounds the table.
final class LocalCounts: Sendable {
    private struct Cell: Hashable {
        let key: RateKey
        let rate: RateClass
    }

    /// Of the whole table; beyond it some keys are forgotten, which is in their favour.
    static let maximumKeys = 131_072

    private let shards: [Shard]

    private final class Shard: Sendable {
        let cells = Mutex<[Cell: Int64]>([:])
    }

    init() {
        shards = (0..<16).map { _ in Shard() }
    }

    /// How many keys are kept now.
    var keyCount: Int { shards.reduce(0) { $0 + $1.cells.withLock(\.count) } }

    /// Counts a call.
    ///
    /// - Parameters:
    ///   - call: Who calls what.
    ///   - budget: Of that.
    ///   - now: In nanoseconds of a clock that never goes back.
    /// - Returns: Whether it may go on, and what is left.
    func count(_ call: RateCall, _ budget: RateBudget, now: Int64) -> RateDecision {
        let period = budget.nanoseconds
        let interval = period / Int64(budget.limit)
        let cell = Cell(key: call.key, rate: call.rate)
        return shards[cell.hashValue & 15].cells.withLock { cells in
            let whole = max(cells[cell] ?? now, now)
            let next = whole + interval * Int64(max(call.cost, 1))
            guard next - now <= period else {
                return budget.decision(untilWhole: whole - now, retryAfter: next - period - now)
            }
            guard call.cost > 0 else { return budget.decision(untilWhole: whole - now, retryAfter: nil) }
            if cells[cell] == nil, cells.count >= Self.maximumKeys / 16 { Self.makeRoom(&cells, now: now) }
            cells[cell] = next
            return budget.decision(untilWhole: next - now, retryAfter: nil)
        }
    }

    private static func makeRoom(_ cells: inout [Cell: Int64], now: Int64) {
        cells = cells.filter { $0.value > now }
        let bound = maximumKeys / 16
        guard cells.count > bound * 3 / 4 else { return }
        // Everyone is active: an attack from many addresses. Any quarter may go; hashing makes it a random one.
        for key in Array(cells.keys.prefix(cells.count - bound * 3 / 4)) { cells[key] = nil }
    }
}
