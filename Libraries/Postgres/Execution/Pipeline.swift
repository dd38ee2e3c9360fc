import Logging
import Loops
import Synchronization

/// Single statements, sent over a few pipelined connections.
///
/// Statements that tasks on the loop queue during one of its turns are sent together at its end. A task elsewhere sends
/// its statement itself, over the least busy lane whose lock is free; where all are taken, the holder of a lock sends
/// what has queued up meanwhile. Replies are read on the loop.
/// Each statement is a unit of its own, with the tenant set in front of it, so that one's failure is its own.
final class Pipeline: Sendable {
    /// A connection that broke, so that another one that took its place meanwhile is left alone.
    private struct Loss {
        let connection: Connection
        let error: PostgresError
    }

    private let configuration: PostgresConfiguration
    private let loop: Loop
    private let ticker: Ticker
    private let logger: Logger
    private let lanes: [Lane]
    private let state: Mutex<PipelineState>

    init(configuration: PostgresConfiguration, loop: Loop, logger: Logger) {
        let initial = PipelineState(configuration)
        self.configuration = configuration
        self.loop = loop
        ticker = Ticker(on: loop, within: Database.tick)
        self.logger = logger
        lanes = initial.lanes.map { _ in Lane() }
        state = Mutex(initial)
        ticker.start { [weak self] in self?.sweep() == true ? Database.tick : nil }
        loop.atTurnEnd { [weak self] in self?.pump() }
    }

    deinit { ticker.cancel() }

    /// Runs one statement and waits for its rows.
    func run(_ sql: SQL, scope: TenantScope, timeout: Duration) async throws -> PostgresRows {
        try sql.checkSendable()
        guard timeout > .zero else { throw PostgresError(.timedOut, "there was no time left") }
        let query = PendingQuery(sql: sql, scope: scope, deadline: .now + timeout)
        return try await query.waiter.wait {
            do throws(PostgresError) {
                try enqueue(query)
                ticker.keepTime()
                if !loop.isCurrent { pump() }
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
        figures.waiting += state.queued
        figures.batches += state.batches
        for case .open(let load, _) in state.lanes {
            figures.open += 1
            figures.statements += load
        }
    }

    private func enqueue(_ query: PendingQuery) throws(PostgresError) {
        let refusal = state.withLock { state -> PostgresError? in
            if state.isClosed { return PostgresError(.closed, "the database was closed") }
            if let refusal = state.backoff.refusal { return refusal }
            if state.queued >= configuration.maximumQueued {
                return PostgresError(.queueFull, "\(state.queued) statements are waiting already")
            }
            state.enqueue(query)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Sends what waits.
    ///
    /// Whoever finds a lane's lock taken leaves the work to its holder, who comes here afterwards.
    private func pump() {
        while let action = state.withLock({ $0.nextAction() }) {
            switch action {
            case .connect(let index): connect(index)
            case .fill(let index): if !fill(index) { return }
            }
        }
    }

    /// Sends what waits over one lane, as far as its window allows.
    ///
    /// - Returns: `true` if the lane's lock was free.
    private func fill(_ index: Int) -> Bool {
        let loss = lanes[index].content.withLockIfAvailable { lane -> Loss? in
            guard let connection = lane.connection else { return nil }
            do throws(PostgresError) {
                try lane.checkIdle()
                while let query = state.withLock({ $0.take(for: index) }) { try lane.send(query) }
                try flush(&lane)
                state.withLock { $0.batches += 1 }
                return nil
            } catch {
                return Loss(connection: connection, error: error)
            }
        }
        guard let loss else { return false }
        if let loss { disconnect(index, loss) }
        return true
    }

    private func flush(_ lane: inout Lane.Content) throws(PostgresError) {
        guard let connection = lane.connection else { return }
        let isBlocked = try !connection.flush()
        if isBlocked != lane.isBlocked {
            lane.isBlocked = isBlocked
            lane.watch?.change(to: isBlocked ? [.reading, .writing] : .reading)
        }
    }

    private func connect(_ index: Int) {
        let began = ContinuousClock.now
        SystemThread.start(name: "postgres-open") { [self] in
            do throws(PostgresError) {
                connected(index, try Connection.open(configuration, isShared: true))
            } catch {
                logger.debug("Could not connect to PostgreSQL", metadata: ["error": "\(error)"])
                state.withLock { state in
                    state.lanes[index] = .closed
                    state.backoff.failed(error, began: began, isAway: !state.hasOpenLane)
                }
                ticker.keepTime()
            }
        }
    }

    private func connected(_ index: Int, _ connection: Connection) {
        // All under the lane's lock: a connection that the server ends at once must not count as open afterwards.
        let isClosed = lanes[index].content.withLock { lane in
            lane = Lane.Content(connection: connection)
            lane.watch = loop.watch(connection.socket) { [weak self] in self?.readReplies(at: index) }
            return state.withLock { state in
                state.lanes[index] = .open(load: 0, isStalled: false)
                state.backoff.succeeded()
                return state.isClosed && state.queued == 0
            }
        }
        if isClosed { return disconnect(index, error: PostgresError(.closed, "the database was closed")) }
        pump()
    }

    private func disconnect(_ index: Int, _ loss: Loss) {
        logger.debug("Lost a connection to PostgreSQL", metadata: ["error": "\(loss.error)"])
        disconnect(index, if: loss.connection, error: loss.error)
        state.withLock { state in
            if !state.hasOpenLane { state.backoff.lost(loss.error) }
        }
        ticker.keepTime()
    }

    /// Gives a lane's connection up, whichever it is or a certain one, and with it what is under way.
    private func disconnect(_ index: Int, if expected: Connection? = nil, error: PostgresError) {
        let queries = lanes[index].content.withLock { lane -> [PendingQuery] in
            guard let connection = lane.connection, expected == nil || connection === expected else { return [] }
            let queries = Array(lane.inFlight.elements)
            close(&lane, index)
            return queries
        }
        for query in queries { query.waiter.settle(.failure(error)) }
        reportDrained()
    }

    private func closeSpares(_ now: ContinuousClock.Instant) {
        guard let spares = state.withLock({ $0.spares(now) }) else { return }
        for index in spares {
            lanes[index].content.withLock { lane in
                if lane.connection != nil, lane.inFlight.isEmpty { close(&lane, index) }
            }
        }
    }

    private func close(_ lane: inout Lane.Content, _ index: Int) {
        lane.watch?.cancel()
        let lost = lane.inFlight
        lane = Lane.Content()
        state.withLock { $0.close(index, losing: lost) }
    }

    private func reportDrained() {
        let drained = state.withLock { $0.isOutstanding ? nil : $0.drained }
        drained?.settle(.success(()))
    }
}

// On the loop, which pumps at the end of the turn.
extension Pipeline {
    private func readReplies(at index: Int) {
        var replies: [(PendingQuery, Connection.Reply, mustRetry: Bool)] = []
        let loss = lanes[index].content.withLock { lane -> Loss? in
            guard let connection = lane.connection else { return nil }
            let stands = connection.receive()  // before the replies, which are still good when it broke
            while let reply = lane.nextReply() { replies.append(reply) }
            if !replies.isEmpty {
                let answered = replies
                state.withLock { $0.note(answered, at: index) }
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
        for (query, reply, mustRetry) in replies where !mustRetry {
            query.waiter.settle(reply.result.mapError { $0 as any Error })
        }
        if !replies.isEmpty { reportDrained() }
    }

    /// Settles what is late.
    ///
    /// - Returns: `true` if anything is still outstanding, so that the sweep has to come again.
    private func sweep() -> Bool {
        let now = ContinuousClock.now
        let (late, failure) = state.withLock { ($0.removeLate(now), $0.backoff.failure) }
        for query in late {
            query.waiter.settle(.failure(failure ?? PostgresError(.timedOut, "no connection was free")))
        }
        for index in lanes.indices { sweep(index, now) }
        closeSpares(now)
        reportDrained()
        return state.withLock { state in
            state.rest(now)
            return state.isOutstanding || state.mustReconnect
        }
    }

    private func sweep(_ index: Int, _ now: ContinuousClock.Instant) {
        let (verdict, connection) = lanes[index].content.withLock { lane -> (Lane.Content.Verdict, Connection?) in
            var mustCancel = false
            if let query = lane.stalling(now, patience: configuration.stallPatience) {
                mustCancel = state.withLock { $0.note(stall: query, at: index, now) }
            }
            let verdict = lane.sweep(now, cancelPatience: configuration.cancelPatience, mustCancel: mustCancel)
            return (verdict, lane.connection)
        }
        switch (verdict, connection) {
        case (.cancel(let cancellation, let query), _):
            // A request that is not made counts as one that does not end: then the connection is closed.
            let lane = lanes[index]
            _ = cancellation.send { [weak self] in
                lane.content.withLock { $0.cancelEnded(query) }
                self?.pump()  // for those who found the lane's lock taken
            }
        case (.close, let connection?):
            let error = PostgresError(.connectionLost, "the server does not answer", outcome: .unknown)
            disconnect(index, Loss(connection: connection, error: error))
        default:
            break
        }
    }
}
