import Contracts
import Mesh
import ServiceKit
import Synchronization

/// Refuses calls before too many are under way: at most so many of one operation, so that a slow one does not take all room,
/// and at most so many in all, of which the last part is kept for what matters more.
///
/// A caller takes no more than it leaves free (Choudhury and Hahne, *Dynamic Queue Length Thresholds*, 1998): of either
/// limit, and of what the mesh carries to the service. One alone has half, ten have an eleventh each, and a newcomer
/// finds room however many calls others make: a caller's first call is judged by the shared room alone.
final class LoadShedder: Sendable {
    /// A call that has begun.
    struct Call: Sendable {
        fileprivate let endpoint: Endpoint
        fileprivate let caller: RateKey
        /// The slots of the service's lanes that it takes.
        fileprivate let slots: Int
    }

    enum Decision: Sendable {
        /// It may go on, and `end` must be called.
        case begun(Call)
        /// It may be made again after a pause.
        case refused(pause: Duration)
    }

    /// One caller's part of an operation or a service.
    private struct Part: Hashable {
        let caller: RateKey
        let name: String
    }

    private struct State {
        var total: AdaptiveLimit
        var operations: [String: AdaptiveLimit] = [:]
        /// The slots that are taken at each service.
        var slots: [String: Int] = [:]
        /// The limits that adapt to one caller of an operation alone: for callers with calls under way, and for a while
        /// those whose calls were slow.
        var ofOperations: [Part: AdaptiveLimit] = [:]
        /// The calls under way of each caller that has any.
        var ofAll: [RateKey: Int] = [:]
        /// The slots of each caller that has any, at each service.
        var ofServices: [Part: Int] = [:]

        /// Tells whether there is room for a call, and whether its caller then holds no more than it leaves free.
        func hasRoom(for call: Call, of operation: AdaptiveLimit, at room: MeshRoom?) -> Bool {
            let free = operation.limit - operation.inFlight
            let freeInAll = Double(total.limit) * call.endpoint.priority.share - Double(total.inFlight)
            guard free > 0, freeInAll > 0 else { return false }
            let caller = call.caller
            let part = Part(caller: caller, name: call.endpoint.operation)
            if operation.isShared, let own = ofOperations[part], own.inFlight > 0 {
                let carried = room.map { min(operation.limit, $0.callsPerOperation) } ?? operation.limit
                let isFair = Self.isFair(own.inFlight, adding: 1, of: carried - operation.inFlight)
                guard isFair, own.inFlight < own.limit else { return false }
            }
            if total.isShared, let own = ofAll[caller] {
                guard Self.isFair(own, adding: 1, of: Int(freeInAll)) else { return false }
            }
            let service = call.endpoint.service
            guard let room, let own = ofServices[Part(caller: caller, name: service)] else { return true }
            return Self.isFair(own, adding: call.slots, of: room.slots - slots[service, default: 0])
        }

        /// Tells whether a caller that takes some more of what is free still leaves as much as it has.
        private static func isFair(_ own: Int, adding amount: Int, of free: Int) -> Bool {
            own + amount <= free - amount
        }

        mutating func begin(_ call: Call, now: Int64) {
            total.begin()
            ofAll[call.caller, default: 0] += 1
            let service = call.endpoint.service
            slots[service, default: 0] += call.slots
            ofServices[Part(caller: call.caller, name: service), default: 0] += call.slots
            let part = Part(caller: call.caller, name: call.endpoint.operation)
            if ofOperations[part]?.isForgettable(now: now) == true { ofOperations[part] = nil }
            if ofOperations.count >= LoadShedder.maximumLimits {
                ofOperations = ofOperations.filter { $0.value.inFlight > 0 }
            }
            let most = operations[call.endpoint.operation]?.range.upperBound ?? 1
            let limit = AdaptiveLimit(1...max(1, most / 2), isOfOneCaller: true, now: now)
            ofOperations[part, default: limit].begin()
        }

        mutating func end(_ call: Call, isSlow: Bool, now: Int64) {
            total.end(isSlow: isSlow, by: call.caller, now: now)
            Self.subtract(1, from: &ofAll[call.caller])
            let service = call.endpoint.service
            Self.subtract(call.slots, from: &slots[service])
            Self.subtract(call.slots, from: &ofServices[Part(caller: call.caller, name: service)])
            let part = Part(caller: call.caller, name: call.endpoint.operation)
            // Most callers have one call under way, which need not be counted.
            if ofOperations[part]?.endsForgotten == true { return ofOperations[part] = nil }
            ofOperations[part]?.end(isSlow: isSlow, by: call.caller, now: now)
            if ofOperations[part]?.isForgettable(now: now) == true { ofOperations[part] = nil }
        }

        private static func subtract(_ amount: Int, from count: inout Int?) {
            let rest = (count ?? 0) - amount
            count = rest > 0 ? rest : nil
        }
    }

    /// The number of callers' own limits beyond which those without calls under way are forgotten.
    private static let maximumLimits = 8_192

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
    ///   - room: What the mesh carries to the operation's service; `nil` if that is unknown.
    ///   - isUnderway: Whether the client has the beginning of the answer already; then the call counts, and is never refused.
    ///   - now: In nanoseconds of a clock that never goes back.
    /// - Returns: The call, or how long to wait before trying again.
    func begin(_ endpoint: Endpoint, by caller: RateKey, room: MeshRoom?, isUnderway: Bool, now: Int64) -> Decision {
        let call = Call(endpoint: endpoint, caller: caller, slots: room?.slotsPerCall ?? 1)
        let isAdmitted = state.withLock { state in
            var operation = state.operations[endpoint.operation] ?? newLimit(for: endpoint, now: now)
            guard isUnderway || state.hasRoom(for: call, of: operation, at: room) else { return false }
            operation.begin()
            state.operations[endpoint.operation] = operation
            state.begin(call, now: now)
            return true
        }
        guard isAdmitted else {
            shed[endpoint.priority]?.add()
            return .refused(pause: endpoint.priority.pause)
        }
        inFlight.add(1)
        return .begun(call)
    }

    /// Ends a call that began.
    ///
    /// - Parameters:
    ///   - call: What `begin` returned.
    ///   - nanoseconds: The time that it took.
    ///   - now: In nanoseconds of a clock that never goes back.
    func end(_ call: Call, after nanoseconds: Int64, now: Int64) {
        let limit = state.withLock { state in
            let operation = call.endpoint.operation
            let isSlow = state.operations[operation]?.end(after: nanoseconds, by: call.caller, now: now) ?? false
            state.end(call, isSlow: isSlow, now: now)
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

extension AdaptiveLimit {
    /// Tells whether callers share it: a smaller one is set by hand, for known callers.
    fileprivate var isShared: Bool { range.upperBound >= 16 }
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
