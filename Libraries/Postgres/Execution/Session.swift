import Loops
import Synchronization

/// A connection that runs one transaction at a time.
///
/// The task that holds it sends and reads itself.
final class Session: Sendable {
    private struct Pending {
        let waiter: Waiter<Void>
        let deadline: ContinuousClock.Instant
    }

    /// A request to cancel a statement, for as long as it may hit what the connection runs next.
    private struct Cancelling {
        let deadline: ContinuousClock.Instant
        var isOverdue = false
        /// The actions postponed until it has ended.
        var action: (@Sendable () -> Void)?
    }

    /// The time that a server has to cancel a statement, and to roll back.
    private static let grace = Duration.seconds(2)
    /// The time that a cancel request may take before its connection counts as lost.
    private static let cancelLimit = Duration.seconds(5)

    private let connection: Connection
    private let ticker: Ticker
    private let pending = Mutex<Pending?>(nil)
    private let cancelling = Mutex<Cancelling?>(nil)
    private let watch = Mutex<Watch?>(nil)

    /// Makes a session of a connection.
    ///
    /// - Parameters:
    ///   - connection: A connection that nobody else uses.
    ///   - loop: The loop that waits for its socket.
    ///   - ticker: The ticker that sweeps it.
    init(_ connection: Connection, on loop: Loop, ticker: Ticker) {
        self.connection = connection
        self.ticker = ticker
        let watch = loop.watch(connection.socket, for: .once) { [weak self] in self?.socketIsReady() }
        self.watch.withLock { $0 = watch }
    }

    /// Ends the loop's interest; the connection closes with its last reference.
    func close() { watch.withLock(\.self)?.cancel() }

    /// `true` if the last transaction has ended as it should.
    var isIdle: Bool {
        let isOverdue = cancelling.withLock { $0?.isOverdue ?? false }
        return !isOverdue && !connection.isBusy && !connection.isInTransaction && connection.stands
    }

    /// Tells whether the connection is still open after it was idle.
    func isAlive() -> Bool { connection.isAlive() }

    /// The reason for which the connection broke, as far as is known.
    func lostError() -> PostgresError { connection.lostError() }

    /// Sends statements as one unit and waits for the reply of the last.
    ///
    /// Late or cancelled, it has the server cancel the statement and waits a short time for the reply, so that the
    /// connection can be used on; without a reply the connection stays busy and its owner must drop it.
    func exchange(_ statements: [SQL], deadline: ContinuousClock.Instant) async throws -> PostgresRows {
        for sql in statements { try connection.send(sql) }
        try connection.sync()
        do {
            return try await reply { try await self.ready(forWriting: $0, deadline: deadline) }
        } catch let error where connection.isBusy {
            cancelStatement()
            _ = try? await replyUncancellably()  // it says only that the statement was cancelled
            throw error
        }
    }

    /// The same for what has to be waited for, cancelled or not: the end of a transaction.
    ///
    /// It has a short time in any case, and more if the deadline allows.
    func exchangeUncancellably(_ sql: SQL, deadline: ContinuousClock.Instant = .now) async throws -> PostgresRows {
        if connection.isBusy { throw connection.lostError() }  // what came before could not be cancelled
        try connection.send(sql)
        try connection.sync()
        return try await replyUncancellably(deadline: deadline)
    }

    private func replyUncancellably(deadline: ContinuousClock.Instant = .now) async throws -> PostgresRows {
        let deadline = max(deadline, .now + Self.grace)
        return try await reply { try await self.readyUncancellably(forWriting: $0, deadline: deadline) }
    }

    /// Asks the server to cancel the statement it works on.
    ///
    /// Nobody waits for the request, which has no time limit in libpq: what comes back on the connection counts.
    private func cancelStatement() {
        guard let cancellation = connection.cancellation() else { return }
        let isFirst = cancelling.withLock { cancelling in
            guard cancelling == nil else { return false }
            cancelling = Cancelling(deadline: .now + Self.cancelLimit)
            return true
        }
        guard isFirst else { return }
        ticker.keepTime()
        // Weakly, because the connection closes with its last reference, and the request may never end.
        if !cancellation.send(completion: { [weak self] in self?.cancelEnded() }) { cancelEnded() }
    }

    private func cancelEnded() {
        let action = cancelling.withLock { cancelling in
            defer { cancelling = nil }
            return cancelling?.action
        }
        action?()
    }

    /// Puts an action off while a cancel request may hit what the connection runs next.
    ///
    /// - Parameter action: Runs on another thread once the request has ended, or has taken too long. In the second case the
    ///   session is not idle any more.
    /// - Returns: `true` if there is such a request; otherwise the action never runs.
    func putOff(_ action: @escaping @Sendable () -> Void) -> Bool {
        cancelling.withLock { cancelling in
            guard let current = cancelling, !current.isOverdue else { return false }
            cancelling?.action = action
            return true
        }
    }

    private func reply(_ ready: (_ forWriting: Bool) async throws -> Void) async throws -> PostgresRows {
        while true {
            let isSent = try connection.flush()
            if let reply = connection.nextReply() { return try reply.result.get() }
            try await ready(!isSent)
            let stands = connection.receive()
            if let reply = connection.nextReply() { return try reply.result.get() }
            if !stands || !connection.stands { throw connection.lostError() }
        }
    }

    private func ready(forWriting: Bool, deadline: ContinuousClock.Instant) async throws {
        let waiter = Waiter<Void>()
        try await waiter.wait { register(waiter, forWriting, deadline) }
    }

    private func readyUncancellably(forWriting: Bool, deadline: ContinuousClock.Instant) async throws {
        let waiter = Waiter<Void>()
        try await waiter.waitUncancellably { register(waiter, forWriting, deadline) }
    }

    private func register(_ waiter: Waiter<Void>, _ forWriting: Bool, _ deadline: ContinuousClock.Instant) {
        pending.withLock { $0 = Pending(waiter: waiter, deadline: deadline) }
        watch.withLock(\.self)?.change(to: forWriting ? [.reading, .writing, .once] : [.reading, .once])
        ticker.keepTime()
    }

    /// Wakes the task if its time is over.
    ///
    /// - Returns: `true` if a task waits on, or a cancel request is under way.
    func sweep(_ now: ContinuousClock.Instant) -> Bool {
        let isCancelling = sweepCancelling(now)
        let (late, isWaiting) = pending.withLock { pending -> (Waiter<Void>?, Bool) in
            guard let current = pending else { return (nil, false) }
            guard current.deadline <= now else { return (nil, true) }
            pending = nil
            return (current.waiter, false)
        }
        late?.settle(.failure(PostgresError(.timedOut, "the server did not answer", outcome: .unknown)))
        return isWaiting || isCancelling
    }

    private func sweepCancelling(_ now: ContinuousClock.Instant) -> Bool {
        let (action, isUnderWay) = cancelling.withLock { cancelling -> ((@Sendable () -> Void)?, Bool) in
            guard let current = cancelling, !current.isOverdue else { return (nil, false) }
            guard current.deadline <= now else { return (nil, true) }
            cancelling = Cancelling(deadline: current.deadline, isOverdue: true)
            return (current.action, false)
        }
        action?()
        return isUnderWay
    }

    private func socketIsReady() {
        let waiter = pending.withLock { pending in
            defer { pending = nil }
            return pending?.waiter
        }
        waiter?.settle(.success(()))
    }
}
