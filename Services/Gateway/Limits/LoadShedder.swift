import Contracts
import ServiceKit
import Synchronization

/// Refuses calls before too many are under way: at most so many of one operation, so that a slow one does not take all room,
/// and at most so many in all, of which the last part is kept for what matters more.
///
/// A caller takes no more of either limit than it leaves free (Choudhury and Hahne, *Dynamic Queue Length Thresholds*,
/// 1998): one alone has half, ten have an eleventh each, and a newcomer finds room however many calls others make.
final class LoadShedder: Sendable {
    private struct State {
        var total: AdaptiveLimit
        var operations: [String: AdaptiveLimit] = [:]
        /// The number of calls under way, for each caller that has any.
        var counts: [CallerOperation: Int] = [:]

        mutating func begin(_ key: CallerOperation) { counts[key, default: 0] += 1 }

        mutating func end(_ key: CallerOperation) {
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }

        /// Tells whether one more call leaves room for other callers.
        func isFair(_ key: CallerOperation, of limit: AdaptiveLimit, free: Int) -> Bool {
            limit.range.upperBound < LoadShedder.smallestSharedLimit
                || counts[key, default: 0] < max(free, LoadShedder.leastCallsOfCaller)
        }
    }

    /// A caller and an operation, or all operations together if that is `nil`.
    private struct CallerOperation: Hashable {
        let caller: RateKey
        let operation: String?
    }

    /// The smallest limit that callers share: a smaller one is set by hand, for known callers.
    private static let smallestSharedLimit = 16
    /// The calls that every caller may have under way, however little is free.
    private static let leastCallsOfCaller = 2

    private let operationLimit: Int
    private let state: Mutex<State>
    private let inFlight: Gauge
    private let limit: Gauge
    private let shed: [CallPriority: Counter]

    /// - Parameters:
    ///   - limit: How many calls may be under way at once.
    ///   - operationLimit: How many of one operation, unless its contract says less.
    ///   - now: In nanoseconds of a clock that never goes back.
    ///   - metrics: Where it is counted.
    init(limit: Int, operationLimit: Int, now: Int64, metrics: Metrics) {
        self.operationLimit = min(limit, operationLimit)
        state = Mutex(State(total: AdaptiveLimit(max(1, limit / 8)...limit, now: now)))
        inFlight = metrics.gauge("rovierr_gateway_calls_in_flight", "Calls of services that are under way.")
        self.limit = metrics.gauge("rovierr_gateway_calls_limit", "How many may be, at present.")
        self.limit.set(limit)
        shed = Dictionary(
            uniqueKeysWithValues: CallPriority.allCases.map { priority in
                let counter = metrics.counter(
                    "rovierr_gateway_shed_total",
                    "Calls refused because too many were under way.",
                    labels: [("priority", priority.rawValue)]
                )
                return (priority, counter)
            }
        )
    }

    /// Begins a call.
    ///
    /// - Parameters:
    ///   - endpoint: The operation's endpoint.
    ///   - caller: The user or the address.
    ///   - isUnderway: Whether the client has the beginning of the answer already; then the call counts, and is never refused.
    ///   - now: In nanoseconds of a clock that never goes back.
    /// - Returns: `nil` when it may go on, and `end` must be called; otherwise how long to wait before trying again.
    func begin(_ endpoint: Endpoint, by caller: RateKey, isUnderway: Bool, now: Int64) -> Duration? {
        let own = CallerOperation(caller: caller, operation: endpoint.operation)
        let all = CallerOperation(caller: caller, operation: nil)
        let isAdmitted = state.withLock { state in
            var operation = state.operations[endpoint.operation] ?? newLimit(for: endpoint, now: now)
            let free = operation.limit - operation.inFlight
            let freeInAll = Double(state.total.limit) * endpoint.priority.share - Double(state.total.inFlight)
            let hasRoom =
                free > 0 && freeInAll > 0 && state.isFair(own, of: operation, free: free)
                && state.isFair(all, of: state.total, free: Int(freeInAll))
            guard hasRoom || isUnderway else { return false }
            operation.begin()
            state.operations[endpoint.operation] = operation
            state.total.begin()
            state.begin(own)
            state.begin(all)
            return true
        }
        if isAdmitted {
            inFlight.add(1)
            return nil
        }
        shed[endpoint.priority]?.add()
        return endpoint.priority.pause
    }

    /// Ends a call that began.
    func end(_ endpoint: Endpoint, by caller: RateKey, after nanoseconds: Int64, now: Int64) {
        let limit = state.withLock { state in
            state.end(CallerOperation(caller: caller, operation: endpoint.operation))
            state.end(CallerOperation(caller: caller, operation: nil))
            let isSlow = state.operations[endpoint.operation]?.end(after: nanoseconds, now: now) ?? false
            state.total.end(isSlow: isSlow, now: now)
            return state.total.limit
        }
        inFlight.add(-1)
        self.limit.set(limit)
    }

    private func newLimit(for endpoint: Endpoint, now: Int64) -> AdaptiveLimit {
        let most = max(1, min(operationLimit, endpoint.concurrency ?? operationLimit))
        return AdaptiveLimit(max(1, most / endpoint.priority.shrinking)...most, now: now)
    }
}

extension CallPriority {
    /// How much of all room may be taken when a call of this priority still gets in.
    fileprivate var share: Double {
        switch self {
        case .low: 0.7
        case .normal: 0.9
        case .high: 1
        }
    }

    /// The part of its room that an operation keeps however slow it has become.
    fileprivate var shrinking: Int {
        switch self {
        case .low: 64
        case .normal: 16
        case .high: 4
        }
    }

    /// What is refused first is asked to stay away for longer.
    fileprivate var pause: Duration {
        switch self {
        case .low: .seconds(5)
        case .normal: .seconds(2)
        case .high: .seconds(1)
        }
    }
}
