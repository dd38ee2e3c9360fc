/// The queue of a pipeline and the load of its lanes.
///
/// A lane that a statement stalls gets nothing more until all on it is answered; meanwhile as many lanes again may
/// open. The last open lane is kept for the kinds of statements that pass: one that stalls it is cancelled and waits.
struct PipelineState {
    enum LaneState: Equatable {
        case closed
        case connecting
        /// With `load` statements under way; it also counts as stalled while a suspect is on it.
        case open(load: Int, isStalled: Bool)
    }

    enum Action {
        case fill(Int)
        case connect(Int)
    }

    /// The most statements on one connection at a time: enough to share wakes, few enough to wait for.
    private static let usualWindow = 32
    /// The same while there are suspects: fewer have to wait if another kind stalls.
    private static let cautiousWindow = 4
    /// The time for which suspects are remembered and further lanes stay open after the latest stall.
    private static let spareTime = Duration.seconds(10)

    /// The number of lanes, the first ones, that open without a stall.
    let usualLanes: Int
    var lanes: [LaneState]
    var backoff: Backoff
    var isClosed = false
    var drained: Waiter<Void>?
    /// The batches of statements that were sent over lanes.
    var batches = 0
    private var queue = Queue<PendingQuery>()
    /// Those that were passed over because only the last open lane was left.
    private var queuedSuspects = Queue<PendingQuery>()
    private var suspects = SuspectStatements()
    /// The statement that stalls each lane, by the lane's index.
    private var stalling: [PendingQuery?]
    private var sparesUntil = ContinuousClock.now

    init(_ configuration: PostgresConfiguration) {
        usualLanes = max(1, configuration.pipelinedConnections)
        backoff = Backoff(patience: configuration.reconnectPatience)
        lanes = Array(repeating: .closed, count: 2 * usualLanes)
        stalling = Array(repeating: nil, count: 2 * usualLanes)
    }

    /// The number of statements that have not been sent.
    var queued: Int { queue.count + queuedSuspects.count }

    var isOutstanding: Bool {
        queued > 0 || lanes.contains { if case .open(let load, _) = $0 { load > 0 } else { $0 == .connecting } }
    }

    var hasOpenLane: Bool { lanes.contains { if case .open = $0 { true } else { false } } }

    /// Tells whether to connect although nobody waits, so that callers learn at once that the server is back.
    var mustReconnect: Bool { backoff.isAway && !isClosed }

    mutating func enqueue(_ query: PendingQuery) { queue.append(query) }

    /// Puts back a statement that was undone, at the front because it has waited already.
    private mutating func requeue(_ query: PendingQuery) {
        if suspects.contains(query.sql.shape) { queuedSuspects.prepend(query) } else { queue.prepend(query) }
    }

    /// Chooses what to do next for those who wait; a lane to connect counts as connecting from then on.
    mutating func nextAction() -> Action? {
        guard queued > 0 else { return mustReconnect ? connect() : nil }
        var best: (index: Int, load: Int)?
        // What may not be sent waits for a reply, or for another lane.
        if !queue.isEmpty || maySendSuspects {
            for (index, lane) in lanes.enumerated() {
                guard case .open(let load, let isStalled) = lane, !isStalled else { continue }
                if load < best?.load ?? window { best = (index, load) }
            }
        }
        if let best, best.load == 0 { return .fill(best.index) }
        return connect() ?? best.map { .fill($0.index) }
    }

    /// Opens a lane if one may open now: one at a time, and further ones only while there are suspects.
    private mutating func connect() -> Action? {
        guard !lanes.contains(.connecting), backoff.isDue else { return nil }
        let limit = suspects.isEmpty ? usualLanes : lanes.count
        guard let closed = lanes[..<limit].firstIndex(of: .closed) else { return nil }
        lanes[closed] = .connecting
        return .connect(closed)
    }

    private var window: Int { suspects.isEmpty ? Self.usualWindow : Self.cautiousWindow }

    private var maySendSuspects: Bool {
        suspects.isEmpty || lanes.count { if case .open(_, let isStalled) = $0 { !isStalled } else { false } } > 1
    }

    /// Moves one statement from the queue to a lane's account.
    mutating func take(for index: Int) -> PendingQuery? {
        guard case .open(let load, let isStalled) = lanes[index], !isStalled, load < window else { return nil }
        let maySendSuspects = self.maySendSuspects
        while let query = nextQuery(orSuspect: maySendSuspects) {
            if query.waiter.isSettled { continue }
            let isSuspect = suspects.contains(query.sql.shape)
            if isSuspect, !maySendSuspects {
                queuedSuspects.append(query)
                continue
            }
            lanes[index] = .open(load: load + 1, isStalled: isSuspect)
            return query
        }
        return nil
    }

    private mutating func nextQuery(orSuspect maySendSuspects: Bool) -> PendingQuery? {
        if maySendSuspects, let query = queuedSuspects.popFirst() { return query }
        return queue.popFirst()
    }

    /// Takes replies off a lane's account, and puts those back that have to be sent again.
    mutating func note(_ replies: [(PendingQuery, Connection.Reply, mustRetry: Bool)], at index: Int) {
        guard case .open(let load, let isStalled) = lanes[index] else { return }
        for (query, reply, mustRetry) in replies {
            end(query, at: index, hasPassed: !reply.isCancelled && !reply.isStale)
            // At once: otherwise a pipeline that is closing might count as drained meanwhile.
            if mustRetry { requeue(query) }
        }
        let left = load - replies.count
        lanes[index] = .open(load: left, isStalled: isStalled && left > 0)
    }

    /// Notes that a statement stalls its lane.
    ///
    /// - Returns: `true` if no lane is left for others, so that this statement has to be cancelled.
    mutating func note(stall query: PendingQuery, at index: Int, _ now: ContinuousClock.Instant) -> Bool {
        guard case .open(let load, _) = lanes[index] else { return false }
        sparesUntil = now + Self.spareTime
        guard stalling[index] !== query else { return false }
        stalling[index] = query
        lanes[index] = .open(load: load, isStalled: true)
        suspects.stalled(query.sql.shape)
        return lanes.allSatisfy { if case .open(_, let isStalled) = $0 { isStalled } else { false } }
    }

    /// Notes that a lane's connection is gone, and what was under way on it.
    mutating func close(_ index: Int, losing queries: Queue<PendingQuery>) {
        lanes[index] = .closed
        for query in queries.elements { end(query, at: index, hasPassed: false) }
    }

    private mutating func end(_ query: PendingQuery, at index: Int, hasPassed: Bool) {
        let hasStalled = stalling[index] === query
        if hasStalled { stalling[index] = nil }
        if suspects.isEmpty { return }
        let shape = query.sql.shape
        guard suspects.ended(shape, hasStalled: hasStalled, hasPassed: hasPassed) else { return }
        for cleared in queuedSuspects.removeAll(where: { $0.sql.shape == shape }).reversed() { queue.prepend(cleared) }
    }

    /// The lanes to close where they are idle: those that only a stall has opened, once it has been over for a while.
    func spares(_ now: ContinuousClock.Instant) -> Range<Int>? {
        guard suspects.isEmpty, sparesUntil <= now else { return nil }
        let spares = usualLanes..<lanes.count
        return spares.contains { lanes[$0] == .open(load: 0, isStalled: false) } ? spares : nil
    }

    /// Takes out those who wait in vain.
    mutating func removeLate(_ now: ContinuousClock.Instant) -> [PendingQuery] {
        let isRefused = backoff.refusal != nil
        let isLate = { (query: PendingQuery) in isRefused || query.deadline <= now || query.waiter.isSettled }
        return queue.removeAll(where: isLate) + queuedSuspects.removeAll(where: isLate)
    }

    /// Forgets the suspects once nothing is under way, or none has stalled a lane for a while: without end, they would
    /// narrow the window for the others, and wait in vain where no second lane can be opened.
    mutating func rest(_ now: ContinuousClock.Instant) {
        if !isOutstanding || sparesUntil <= now { suspects.removeAll() }
    }
}
