import Synchronization

/// A statement that a task waits for.
final class PendingQuery: Sendable {
    let sql: SQL
    let scope: TenantScope
    let deadline: ContinuousClock.Instant
    let waiter = Waiter<PostgresRows>()
    private let wasRetried = Atomic(false)

    init(sql: SQL, scope: TenantScope, deadline: ContinuousClock.Instant) {
        self.sql = sql
        self.scope = scope
        self.deadline = deadline
    }

    /// Whether this is the first time that the statement may be sent again.
    func retryOnce() -> Bool { !wasRetried.exchange(true, ordering: .relaxed) }
}

/// One pipelined connection and the statements under way on it, behind a lock.
final class Lane: Sendable {
    struct Content {
        var connection: Connection?
        var inFlight = Queue<PendingQuery>()
        /// Whether the socket's buffer is full, so that we wait until it can be written.
        var isBlocked = false
        /// The late statement that the server was asked to give up.
        private var cancelled: PendingQuery?
        private var cancelledAt = ContinuousClock.now

        init(connection: Connection? = nil) { self.connection = connection }
    }

    let content = Mutex(Content())
}

extension Lane.Content {
    enum Verdict {
        case keep
        case cancel(Cancellation)
        case giveUp
    }

    /// How long the server may take to give up a statement before its connection counts as lost.
    private static var grace: Duration { .seconds(2) }

    /// Makes sure that a connection which was idle has not been closed by the server, before anything is entrusted to it.
    func checkIdle() throws(PostgresError) {
        guard inFlight.isEmpty, let connection, !connection.isAlive() else { return }
        throw connection.lostError()
    }

    mutating func send(_ query: PendingQuery) throws(PostgresError) {
        // Before the first byte leaves, so that a failure here reaches it too.
        inFlight.append(query)
        guard let connection else { return }
        if let tenant = query.scope.statement { try connection.send(tenant) }
        try connection.send(query.sql)
        try connection.sync()
    }

    /// The next statement that has its reply, and whether it may be sent again because the failure is not its own.
    mutating func nextReply() -> (PendingQuery, Connection.Reply, mayRetry: Bool)? {
        guard let reply = connection?.nextReply(), let query = inFlight.popFirst() else { return nil }
        var mayRetry = reply.isStale
        if case .failure(let error) = reply.result, error.isQueryCanceled, let cancelled {
            // The request to give up `cancelled` may have arrived late and hit its neighbour.
            mayRetry = cancelled !== query
            self.cancelled = nil
        }
        return (query, reply, mayRetry)
    }

    /// Settles what is late, and decides what to do about the statement the server works on.
    mutating func sweep(_ now: ContinuousClock.Instant) -> Verdict {
        for query in inFlight.elements where query.deadline <= now {
            query.waiter.settle(.failure(PostgresError(.timedOut, "the server did not answer", outcome: .unknown)))
        }
        // Settled means late, or that its task was cancelled: either way nobody wants the answer any more.
        guard let head = inFlight.first, head.waiter.isSettled else { return .keep }
        if cancelled === head { return cancelledAt + Self.grace <= now ? .giveUp : .keep }
        guard let cancellation = connection?.cancellation() else { return .giveUp }
        (cancelled, cancelledAt) = (head, now)
        return .cancel(cancellation)
    }
}
