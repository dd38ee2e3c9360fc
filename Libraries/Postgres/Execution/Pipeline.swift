import Logging
import Synchronization

/// Single statements, sent over a few pipelined connections.
///
/// A task that has a statement sends it itself, over the least busy lane whose lock is free; where all are taken, the
/// holder of a lock sends what has queued up meanwhile. Replies are read on the reactor's thread.
/// Each statement is a unit of its own, with the tenant set in front of it, so that one's failure is its own.
final class Pipeline: Sendable {
    private struct State {
        var queue = Queue<PendingQuery>()
        var lanes: [LaneState]
        var backoff = Backoff()
        var lastFailure: PostgresError?
        var isClosed = false
        var drained: Waiter<Void>?

        var isOutstanding: Bool {
            !queue.isEmpty || lanes.contains { if case .open(let load) = $0 { load > 0 } else { $0 == .connecting } }
        }
    }

    private enum LaneState: Equatable {
        case closed
        case connecting
        case open(load: Int)
    }

    /// A connection that broke, so that another one that took its place meanwhile is left alone.
    private struct Loss {
        let connection: Connection
        let error: PostgresError
    }

    private enum Action {
        case fill(Int)
        case connect(Int)
    }

    /// The most statements on one connection at a time: enough to share wakes, few enough to wait for.
    private static let window = 32

    private let configuration: PostgresConfiguration
    private let reactor: Reactor
    private let logger: Logger
    private let lanes: [Lane]
    private let state: Mutex<State>

    init(configuration: PostgresConfiguration, reactor: Reactor, logger: Logger) {
        let count = max(1, configuration.pipelinedConnections)
        self.configuration = configuration
        self.reactor = reactor
        self.logger = logger
        lanes = (0..<count).map { _ in Lane() }
        state = Mutex(State(lanes: Array(repeating: .closed, count: count)))
    }

    /// Runs one statement and waits for its rows.
    func run(_ sql: SQL, scope: TenantScope, timeout: Duration) async throws -> PostgresRows {
        try sql.checkSendable()
        guard timeout > .zero else { throw PostgresError(.timedOut, "there was no time left") }
        let query = PendingQuery(sql: sql, scope: scope, deadline: .now + timeout)
        return try await query.waiter.wait {
            do throws(PostgresError) {
                try enqueue(query)
                reactor.keepTicking()
                pump()
            } catch {
                query.waiter.settle(.failure(error))
            }
        }
    }

    /// Refuses further statements, waits for those under way, and closes the connections.
    ///
    /// A cancelled task does not wait; what is under way then fails.
    func close() async {
        let drained = Waiter<Void>()
        let isOutstanding = state.withLock { state in
            state.isClosed = true
            state.drained = drained
            return state.isOutstanding
        }
        // Cancellation is the one error, and it means: close now.
        if isOutstanding { try? await drained.wait {} }
        for index in lanes.indices {
            disconnect(index, error: PostgresError(.closed, "the database was closed", outcome: .unknown))
        }
    }

    func count(into figures: inout PoolFigures) {
        let state = state.withLock { $0 }
        figures.waiting += state.queue.count
        for case .open(let load) in state.lanes {
            figures.open += 1
            figures.statements += load
        }
    }

    private func enqueue(_ query: PendingQuery) throws(PostgresError) {
        let refusal = state.withLock { state -> PostgresError? in
            if state.isClosed { return PostgresError(.closed, "the database was closed") }
            if state.queue.count >= configuration.maximumQueued {
                return PostgresError(.queueFull, "\(state.queue.count) statements are waiting already")
            }
            state.queue.append(query)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Sends what waits.
    ///
    /// Whoever finds a lane's lock taken leaves the work to its holder, who comes here afterwards.
    private func pump() {
        while let action = state.withLock({ nextAction(&$0) }) {
            switch action {
            case .connect(let index): connect(index)
            case .fill(let index): if !fill(index) { return }
            }
        }
    }

    private func nextAction(_ state: inout State) -> Action? {
        guard !state.queue.isEmpty else { return nil }
        var best: (index: Int, load: Int)?
        for (index, lane) in state.lanes.enumerated() {
            if case .open(let load) = lane, load < best?.load ?? Self.window { best = (index, load) }
        }
        if let best, best.load == 0 { return .fill(best.index) }
        if !state.lanes.contains(.connecting), state.backoff.isDue, let closed = state.lanes.firstIndex(of: .closed) {
            state.lanes[closed] = .connecting
            return .connect(closed)
        }
        return best.map { .fill($0.index) }
    }

    /// Sends what waits over one lane, as far as its window allows.
    ///
    /// - Returns: Whether the lane's lock was free.
    private func fill(_ index: Int) -> Bool {
        let loss = lanes[index].content.withLockIfAvailable { lane -> Loss? in
            guard let connection = lane.connection else { return nil }
            do throws(PostgresError) {
                try lane.checkIdle()
                while let query = take(for: index) { try lane.send(query) }
                try flush(&lane)
                return nil
            } catch {
                return Loss(connection: connection, error: error)
            }
        }
        guard let loss else { return false }
        if let loss { disconnect(index, loss) }
        return true
    }

    /// Moves one statement from the queue to a lane's account.
    private func take(for index: Int) -> PendingQuery? {
        state.withLock { state in
            guard case .open(let load) = state.lanes[index], load < Self.window else { return nil }
            while let query = state.queue.popFirst() {
                if query.waiter.isSettled { continue }
                state.lanes[index] = .open(load: load + 1)
                return query
            }
            return nil
        }
    }

    private func flush(_ lane: inout Lane.Content) throws(PostgresError) {
        guard let connection = lane.connection else { return }
        let isBlocked = try !connection.flush()
        if isBlocked != lane.isBlocked {
            lane.isBlocked = isBlocked
            reactor.watch(connection.socket, forWriting: isBlocked)
        }
    }

    private func settle(_ query: PendingQuery, _ reply: Connection.Reply, mayRetry: Bool) {
        if mayRetry, query.retryOnce() {
            // The unit was undone as a whole. It goes to the front, because it has waited already.
            state.withLock { $0.queue.prepend(query) }
        } else {
            query.waiter.settle(reply.result.mapError { $0 as any Error })
        }
    }

    private func connect(_ index: Int) {
        Thread.start { [self] in
            do throws(PostgresError) {
                connected(index, try Connection.open(configuration, isShared: true))
            } catch {
                logger.debug("Could not connect to PostgreSQL", metadata: ["error": "\(error)"])
                state.withLock { state in
                    state.lanes[index] = .closed
                    state.backoff.failed()
                    state.lastFailure = error
                }
                reactor.keepTicking()
            }
        }
    }

    private func connected(_ index: Int, _ connection: Connection) {
        lanes[index].content.withLock { $0 = Lane.Content(connection: connection) }
        reactor.add(connection.socket, self, token: index)
        let isClosed = state.withLock { state in
            state.lanes[index] = .open(load: 0)
            state.backoff.succeeded()
            state.lastFailure = nil
            return state.isClosed && state.queue.isEmpty
        }
        if isClosed { return disconnect(index, error: PostgresError(.closed, "the database was closed")) }
        pump()
    }

    private func disconnect(_ index: Int, _ loss: Loss) {
        logger.debug("Lost a connection to PostgreSQL", metadata: ["error": "\(loss.error)"])
        disconnect(index, if: loss.connection, error: loss.error)
    }

    /// Gives a lane's connection up, whichever it is or a certain one, and with it what is under way.
    private func disconnect(_ index: Int, if expected: Connection? = nil, error: PostgresError) {
        let queries = lanes[index].content.withLock { lane -> [PendingQuery] in
            guard let connection = lane.connection, expected == nil || connection === expected else { return [] }
            reactor.remove(connection.socket)
            defer { lane = Lane.Content() }
            state.withLock { $0.lanes[index] = .closed }
            return Array(lane.inFlight.elements)
        }
        for query in queries { query.waiter.settle(.failure(error)) }
        reportDrained()
    }

    private func reportDrained() {
        let drained = state.withLock { $0.isOutstanding ? nil : $0.drained }
        drained?.settle(.success(()))
    }
}

extension Pipeline: SocketHandler {
    func socketIsReady(token index: Int) {
        var replies: [(PendingQuery, Connection.Reply, mayRetry: Bool)] = []
        let loss = lanes[index].content.withLock { lane -> Loss? in
            guard let connection = lane.connection else { return nil }
            let stands = connection.receive()  // before the replies, which are still good when it broke
            while let (query, reply, mayRetry) = lane.nextReply() { replies.append((query, reply, mayRetry)) }
            state.withLock { state in
                if case .open(let load) = state.lanes[index] { state.lanes[index] = .open(load: load - replies.count) }
            }
            do throws(PostgresError) {
                guard stands, connection.stands else { throw connection.lostError() }
                if lane.isBlocked { try flush(&lane) }
                return nil
            } catch {
                return Loss(connection: connection, error: error)
            }
        }
        if let loss { disconnect(index, loss) }
        for (query, reply, mayRetry) in replies { settle(query, reply, mayRetry: mayRetry) }
        pump()
        if !replies.isEmpty { reportDrained() }
    }
}

extension Pipeline: Sweepable {
    func sweep() -> Bool {
        let now = ContinuousClock.now
        let (late, failure) = state.withLock { state in
            (state.queue.removeAll { $0.deadline <= now || $0.waiter.isSettled }, state.lastFailure)
        }
        for query in late {
            query.waiter.settle(.failure(failure ?? PostgresError(.timedOut, "no connection was free")))
        }
        for index in lanes.indices {
            let (verdict, connection) = lanes[index].content.withLock { ($0.sweep(now), $0.connection) }
            switch (verdict, connection) {
            case (.cancel(let cancellation), _):
                Thread.start { cancellation.send() }
            case (.giveUp, let connection?):
                let error = PostgresError(.connectionLost, "the server does not answer", outcome: .unknown)
                disconnect(index, Loss(connection: connection, error: error))
            default:
                break
            }
        }
        pump()
        reportDrained()
        return state.withLock { $0.isOutstanding }
    }
}
