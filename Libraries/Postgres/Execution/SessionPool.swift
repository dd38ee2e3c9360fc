import Logging
import Loops
import Synchronization

/// The connections for transactions: each is lent to one task at a time, and opened when it is first needed.
final class SessionPool: Sendable {
    private struct Request {
        let waiter: Waiter<Session>
        let deadline: ContinuousClock.Instant
    }

    private struct State {
        /// Last in, first out: the rest may stay idle.
        var idle: [Session] = []
        var lent: [ObjectIdentifier: Session] = [:]
        var connecting = 0
        var requests = Queue<Request>()
        var backoff: Backoff
        var isClosed = false
        var drained: Waiter<Void>?

        var isOutstanding: Bool { !lent.isEmpty || connecting > 0 || !requests.isEmpty }

        var hasOpenConnection: Bool { !idle.isEmpty || !lent.isEmpty }

        /// Tells whether to connect although nobody waits, so that callers learn at once that the server is back.
        var mustReconnect: Bool { backoff.isAway && !isClosed }
    }

    private let configuration: PostgresConfiguration
    private let loop: Loop
    private let ticker: Ticker
    private let logger: Logger
    private let state: Mutex<State>

    init(configuration: PostgresConfiguration, loop: Loop, logger: Logger) {
        self.configuration = configuration
        self.loop = loop
        ticker = Ticker(on: loop, within: Database.tick)
        self.logger = logger
        state = Mutex(State(backoff: Backoff(patience: configuration.reconnectPatience)))
        ticker.start { [weak self] in self?.sweep() == true ? Database.tick : nil }
    }

    deinit { ticker.cancel() }

    /// Lends a connection, which must come back through `giveBack`.
    func borrow(deadline: ContinuousClock.Instant) async throws -> Session {
        let waiter = Waiter<Session>()
        let session = try await waiter.wait {
            do throws(PostgresError) {
                try enqueue(Request(waiter: waiter, deadline: deadline))
                ticker.keepTime()
                serve()
            } catch {
                waiter.settle(.failure(error))
            }
        }
        return session
    }

    /// Takes a connection back.
    ///
    /// One that is broken, or in the middle of something, is closed; one that a cancel request may still hit comes back
    /// once that has ended.
    func giveBack(_ session: Session) {
        if session.isIdle, session.putOff({ [self] in giveBack(session) }) { return }
        let isUsable = session.isIdle
        if !isUsable { session.close() }
        state.withLock { state in
            state.lent[ObjectIdentifier(session)] = nil
            if isUsable { state.idle.append(session) }
        }
        serve()
        reportDrained()
    }

    /// Refuses further transactions, waits for those under way, and closes the connections.
    ///
    /// A cancelled task does not wait for them.
    func close() async {
        let drained = Waiter<Void>()
        let isOutstanding = state.withLock { state in
            state.isClosed = true
            state.drained = drained
            return state.isOutstanding
        }
        // Cancellation is the one error, and it means: close now.
        if isOutstanding { try? await drained.wait {} }
        let idle = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for session in idle { session.close() }
    }

    func count(into figures: inout PoolFigures) {
        state.withLock { state in
            figures.open += state.idle.count + state.lent.count
            figures.transactions += state.lent.count
            figures.waiting += state.requests.count
        }
    }

    private func enqueue(_ request: Request) throws(PostgresError) {
        let refusal = state.withLock { state -> PostgresError? in
            if state.isClosed { return PostgresError(.closed, "the database was closed") }
            if let refusal = state.backoff.refusal { return refusal }
            if state.requests.count >= configuration.maximumQueued {
                return PostgresError(.queueFull, "\(state.requests.count) transactions are waiting already")
            }
            state.requests.append(request)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Gives idle connections to those who wait, and opens one more if there are not enough.
    private func serve() {
        while let (session, request) = state.withLock({ nextLoan(&$0) }) {
            guard session.isAlive() else {
                session.close()  // the server has closed it meanwhile
                state.withLock { state in
                    state.lent[ObjectIdentifier(session)] = nil
                    state.requests.prepend(request)
                }
                continue
            }
            if !request.waiter.settle(.success(session)) { giveBack(session) }
        }
        let mustConnect = state.withLock { state in
            let opened = state.idle.count + state.lent.count + state.connecting
            let isWanted = state.requests.count > state.connecting || state.mustReconnect && state.connecting == 0
            guard isWanted, opened < max(1, configuration.transactionConnections), state.backoff.isDue else {
                return false
            }
            state.connecting += 1
            return true
        }
        if mustConnect { connect() }
    }

    private func nextLoan(_ state: inout State) -> (Session, Request)? {
        guard !state.idle.isEmpty else { return nil }
        while let request = state.requests.popFirst() {
            if request.waiter.isSettled { continue }
            let session = state.idle.removeLast()
            state.lent[ObjectIdentifier(session)] = session
            return (session, request)
        }
        return nil
    }

    private func connect() {
        let began = ContinuousClock.now
        SystemThread.start(name: "postgres-open") { [self] in
            do throws(PostgresError) {
                let session = Session(
                    try Connection.open(configuration, isShared: false),
                    on: loop,
                    ticker: ticker
                )
                state.withLock { state in
                    state.connecting -= 1
                    state.idle.append(session)
                    state.backoff.succeeded()
                }
                serve()
            } catch {
                logger.debug("Could not connect to PostgreSQL", metadata: ["error": "\(error)"])
                state.withLock { state in
                    state.connecting -= 1
                    state.backoff.failed(error, began: began, isAway: !state.hasOpenConnection)
                }
                ticker.keepTime()
            }
            reportDrained()
        }
    }

    private func reportDrained() {
        let drained = state.withLock { $0.isOutstanding ? nil : $0.drained }
        drained?.settle(.success(()))
    }

    /// Settles what is late.
    ///
    /// - Returns: `true` if anything is still outstanding, so that the sweep has to come again.
    private func sweep() -> Bool {
        let now = ContinuousClock.now
        let (late, lent, failure) = state.withLock { state in
            let isRefused = state.backoff.refusal != nil
            return (
                state.requests.removeAll { isRefused || $0.deadline <= now || $0.waiter.isSettled },
                Array(state.lent.values),
                state.backoff.failure
            )
        }
        for request in late {
            request.waiter.settle(.failure(failure ?? PostgresError(.timedOut, "no connection was free")))
        }
        var isWaiting = false
        for session in lent where session.sweep(now) { isWaiting = true }
        serve()
        reportDrained()
        return state.withLock { isWaiting || $0.connecting > 0 || !$0.requests.isEmpty || $0.mustReconnect }
    }
}
