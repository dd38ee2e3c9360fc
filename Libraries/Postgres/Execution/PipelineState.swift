/// The queue of a pipeline and the load of its lanes.
///
/// A lane that a statement holds up gets nothing more until it moves on; meanwhile as many lanes again may open.
struct PipelineState {
    enum LaneState: Equatable {
        case closed
        case connecting
        /// With `load` statements under way; while it is held up nothing more is sent over it.
        case open(load: Int, isHeldUp: Bool)
    }

    enum Action {
        case fill(Int)
        case connect(Int)
    }

    /// The most statements on one connection at a time: enough to share wakes, few enough to wait for.
    private static let window = 32
    /// The time for which further lanes stay open after the latest hold-up.
    private static let spareTime = Duration.seconds(10)

    /// The number of lanes, the first ones, that open without a hold-up.
    let usualLanes: Int
    private let reconnectPatience: Duration
    var lanes: [LaneState]
    var queue = Queue<PendingQuery>()
    var backoff = Backoff()
    var isClosed = false
    var drained: Waiter<Void>?
    private var suspects = SuspectStatements()
    private var sparesUntil = ContinuousClock.now

    init(_ configuration: PostgresConfiguration) {
        usualLanes = max(1, configuration.pipelinedConnections)
        reconnectPatience = configuration.reconnectPatience
        lanes = Array(repeating: .closed, count: 2 * usualLanes)
    }

    var isOutstanding: Bool {
        !queue.isEmpty || lanes.contains { if case .open(let load, _) = $0 { load > 0 } else { $0 == .connecting } }
    }

    var hasOpenLane: Bool { lanes.contains { if case .open = $0 { true } else { false } } }

    /// The error that refuses callers at once; `nil` while there is a connection, or reason to wait for one.
    var refusal: PostgresError? { hasOpenLane ? nil : backoff.refusal(after: reconnectPatience) }

    /// Tells whether to connect although nobody waits, so that callers learn at once that the server is back.
    var mustReconnect: Bool { backoff.isAway && !isClosed && !hasOpenLane }

    /// Chooses what to do next for those who wait; a lane to connect counts as connecting from then on.
    mutating func nextAction() -> Action? {
        guard !queue.isEmpty else { return mustReconnect ? connect() : nil }
        var best: (index: Int, load: Int)?
        for (index, lane) in lanes.enumerated() {
            guard case .open(let load, let isHeldUp) = lane, !isHeldUp else { continue }
            if load < best?.load ?? Self.window { best = (index, load) }
        }
        // What may not be sent waits for a reply, or for another lane.
        if !suspects.isEmpty, !maySendAny { best = nil }
        if let best, best.load == 0 { return .fill(best.index) }
        return connect() ?? best.map { .fill($0.index) }
    }

    /// Opens a lane if one may open now: one at a time, and further ones only while there are hold-ups.
    private mutating func connect() -> Action? {
        guard !lanes.contains(.connecting), backoff.isDue else { return nil }
        let limit = suspects.isEmpty ? usualLanes : lanes.count
        guard let closed = lanes[..<limit].firstIndex(of: .closed) else { return nil }
        lanes[closed] = .connecting
        return .connect(closed)
    }

    private var maySendAny: Bool {
        let freeLanes = self.freeLanes
        return queue.elements.contains { suspects.maySend($0.sql.shape, freeLanes: freeLanes) }
    }

    /// The number of lanes that take statements; all lanes count while none is held up, since none is kept for others.
    private var freeLanes: Int {
        let open = lanes.compactMap { if case .open(_, let isHeldUp) = $0 { isHeldUp } else { nil } }
        return open.contains(true) ? open.count { !$0 } : lanes.count
    }

    /// Moves one statement from the queue to a lane's account.
    mutating func take(for index: Int) -> PendingQuery? {
        guard case .open(let load, let isHeldUp) = lanes[index], !isHeldUp, load < Self.window else { return nil }
        while let query = nextQuery() {
            if query.waiter.isSettled { continue }
            let isSuspect = suspects.contains(query.sql.shape)
            if isSuspect { suspects.sent(query.sql.shape) }
            // Nothing goes behind a suspect.
            lanes[index] = .open(load: load + 1, isHeldUp: isSuspect)
            return query
        }
        return nil
    }

    private mutating func nextQuery() -> PendingQuery? {
        if suspects.isEmpty { return queue.popFirst() }
        let (suspects, freeLanes) = (self.suspects, self.freeLanes)
        return queue.removeFirst { suspects.maySend($0.sql.shape, freeLanes: freeLanes) }
    }

    /// Takes replies off a lane's account; `rest` is still under way on it.
    mutating func note(
        _ replies: [(PendingQuery, Connection.Reply, mustRetry: Bool)],
        at index: Int,
        behindThem rest: Queue<PendingQuery>
    ) {
        guard case .open(let load, _) = lanes[index] else { return }
        var isHeldUp = false
        if !suspects.isEmpty {
            for (query, reply, _) in replies {
                suspects.ended(query.sql.shape, hasPassed: !reply.isCanceled && !reply.isStale)
            }
            isHeldUp = rest.elements.contains { suspects.contains($0.sql.shape) }
        }
        lanes[index] = .open(load: load - replies.count, isHeldUp: isHeldUp)
    }

    /// Notes that a statement holds up its lane.
    mutating func note(straggler: PendingQuery, at index: Int, _ now: ContinuousClock.Instant) {
        guard case .open(let load, _) = lanes[index] else { return }
        lanes[index] = .open(load: load, isHeldUp: true)
        suspects.note(straggler.sql.shape)
        sparesUntil = now + Self.spareTime
    }

    /// Notes that a lane's connection is gone, and what was under way on it.
    mutating func close(_ index: Int, losing queries: Queue<PendingQuery>) {
        lanes[index] = .closed
        for query in queries.elements { suspects.ended(query.sql.shape, hasPassed: false) }
    }

    /// The lanes to close where they are idle: those that only a hold-up has opened, once it has been over for a while.
    func spares(_ now: ContinuousClock.Instant) -> Range<Int>? {
        guard suspects.isEmpty, sparesUntil <= now else { return nil }
        let spares = usualLanes..<lanes.count
        return spares.contains { lanes[$0] == .open(load: 0, isHeldUp: false) } ? spares : nil
    }

    /// Takes out those who wait in vain.
    mutating func removeLate(_ now: ContinuousClock.Instant) -> [PendingQuery] {
        if refusal != nil { return queue.removeAll { _ in true } }
        return queue.removeAll { $0.deadline <= now || $0.waiter.isSettled }
    }

    /// Forgets the suspects once nothing is under way.
    mutating func rest() {
        if !isOutstanding { suspects.removeAll() }
    }
}
