import Loops
import Synchronization

/// A statement that a task waits for.
final class PendingQuery: Sendable {
    /// The maximum number of retries of a statement whose prepared form was stale.
    private static let staleLimit = 3

    let sql: SQL
    let scope: TenantScope
    let deadline: ContinuousClock.Instant
    let waiter = Waiter<PostgresRows>()
    private let staleReplies = Atomic(0)

    init(sql: SQL, scope: TenantScope, deadline: ContinuousClock.Instant) {
        self.sql = sql
        self.scope = scope
        self.deadline = deadline
    }

    /// Counts a stale reply.
    ///
    /// - Returns: `true` if the statement may be sent again.
    func retryStale() -> Bool { staleReplies.wrappingAdd(1, ordering: .relaxed).newValue <= Self.staleLimit }
}

/// One pipelined connection and the statements under way on it, behind a lock.
final class Lane: Sendable {
    /// A request to cancel a statement.
    fileprivate struct CancelRequest {
        let target: PendingQuery
        let startedAt: ContinuousClock.Instant
        var hasEnded = false
    }

    struct Content {
        var connection: Connection?
        /// The loop's interest in the connection.
        var watch: Watch?
        var inFlight = Queue<PendingQuery>()
        /// `true` if the socket's buffer is full, so that we wait until it can be written.
        var isBlocked = false
        /// The latest request; the next one waits until it has ended.
        private var request: CancelRequest?
        /// The number of statements, from the head on, that a finished cancel request may have hit.
        private var exposed = 0
        private var replies: UInt64 = 0
        /// The number of replies at the latest sweep, and the time since which it has not changed.
        private var observed: (replies: UInt64, since: ContinuousClock.Instant)?

        init(connection: Connection? = nil) { self.connection = connection }
    }

    let content = Mutex(Content())
}

extension Lane.Content {
    enum Verdict {
        case keep
        case cancel(Cancellation, PendingQuery)
        case close
    }

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

    /// The next statement that has its reply, and whether to send it again because the failure is not its own.
    mutating func nextReply() -> (PendingQuery, Connection.Reply, mustRetry: Bool)? {
        guard let reply = connection?.nextReply(), let query = inFlight.popFirst() else { return nil }
        let mayBeHit = exposed > 0 || request?.hasEnded == false
        exposed = max(0, exposed - 1)
        replies += 1
        guard case .failure = reply.result, !query.waiter.isSettled else { return (query, reply, false) }
        // The request was for another statement. However often that happens, the unit was undone as a whole.
        let isHit = reply.isCancelled && mayBeHit
        return (query, reply, isHit || reply.isStale && query.retryStale())
    }

    /// Settles what is late, and decides what to do about the statement the server works on.
    ///
    /// - Parameters:
    ///   - now: The present time.
    ///   - cancelPatience: The time that the server has to cancel a statement that nobody wants any more.
    ///   - mustCancel: Whether to cancel the statement although its answer is wanted; then it is sent again.
    /// - Returns: The next step with the connection.
    mutating func sweep(
        _ now: ContinuousClock.Instant,
        cancelPatience: Duration,
        mustCancel: Bool
    ) -> Verdict {
        for query in inFlight.elements where query.deadline <= now {
            query.waiter.settle(.failure(PostgresError(.timedOut, "the server did not answer", outcome: .unknown)))
        }
        // Settled means late, or that its task was cancelled: either way nobody wants the answer any more.
        guard let head = inFlight.first, mustCancel || head.waiter.isSettled else { return .keep }
        if let request, !request.hasEnded || request.target === head {
            return head.waiter.isSettled && request.startedAt + cancelPatience <= now ? .close : .keep
        }
        guard let cancellation = connection?.cancellation() else { return .close }
        request = Lane.CancelRequest(target: head, startedAt: now)
        return .cancel(cancellation, head)
    }

    /// Notes that the server has been asked to cancel `target`: its signal can hit nothing that is sent from now on.
    mutating func cancelEnded(_ target: PendingQuery) {
        guard request?.target === target else { return }  // the connection is another one by now
        request?.hasEnded = true
        exposed = inFlight.count
    }

    /// The first statement under way, if nothing has been answered for `patience`.
    mutating func stalling(_ now: ContinuousClock.Instant, patience: Duration) -> PendingQuery? {
        guard let head = inFlight.first else {
            observed = nil
            return nil
        }
        guard let observed, observed.replies == replies else {
            self.observed = (replies, now)
            return nil
        }
        return observed.since + patience <= now ? head : nil
    }
}
