public import Contracts
import Mesh
public import Postgres

/// A service's own tables: the `Database` with what every service needs around it, events and repeated requests.
public struct ServiceDatabase: Sendable {
    public let database: Database
    let outboxSignal = OutboxSignal()
    private let refusals: Refusals

    /// - Parameters:
    ///   - database: Logged in as the service's role, which owns nothing and bypasses no policy.
    ///   - refusals: The refusals for violated constraints of its tables.
    public init(_ database: Database, refusals: Refusals = [:]) {
        self.database = database
        self.refusals = refusals
    }

    /// Runs single statements in the request's scope, pipelined with others.
    public func scoped(to context: RequestContext) -> ScopedDatabase {
        database.scoped(to: context.scope)
    }

    /// Runs single statements in a scope that the caller chooses, such as `.platform` where a rule in Swift decides.
    public func scoped(to scope: TenantScope) -> ScopedDatabase {
        database.scoped(to: scope)
    }

    /// Runs `body` in a transaction and sends the events it emitted once it has committed.
    ///
    /// For a request with an `Idempotency-Key`, the reply that `body` returns is stored in the same transaction. Where one
    /// was stored before, `body` runs as well, so that every check of access in it is made again, and is then undone:
    /// the stored reply is the answer.
    ///
    /// - Parameters:
    ///   - context: The request that it is done for.
    ///   - scope: The rows it may touch; the request's own unless a rule in Swift has decided otherwise.
    ///   - body: Does the work, without calling another service; returns the operation's reply. It runs again after a
    ///     deadlock or a serialization failure, or when the connection is lost before the commit.
    /// - Returns: The value that `body` returned.
    /// - Throws: What `body` threw, after everything was undone; the service's refusal for a violated constraint, or else
    ///   `PostgresError`; a refusal of a repeated request; `PRECONDITION_FAILED` when the request has an `If-Match` that
    ///   `body` did not check.
    public func transaction<Result>(
        _ context: RequestContext,
        scope: TenantScope? = nil,
        _ body: (ServiceTransaction) async throws -> Result
    ) async throws -> Result {
        let idempotent = context.idempotency
        var hasEvents = false
        var isRecorded = false
        let result: Result
        do {
            result = try await database.transaction(scope: scope ?? context.scope, timeout: context.timeLeft) {
                transaction in
                let stored: HandlerReply? =
                    if let idempotent { try await IdempotencyRecords.claim(idempotent, in: transaction) } else { nil }
                let service = ServiceTransaction(transaction, context)
                let result = try await body(service)
                if let stored { throw RepeatedRequest(reply: stored) }
                try context.requirePreconditionsChecked()
                isRecorded = false
                if let idempotent, let reply = idempotent.encode(result) {
                    try await IdempotencyRecords.insert(idempotent, reply: reply, in: transaction)
                    isRecorded = true
                }
                hasEvents = service.hasEvents
                return result
            }
        } catch let error as PostgresError {
            guard let constraint = error.constraint, let refusal = refusals[constraint] else { throw error }
            throw refusal
        }
        if isRecorded { idempotent?.progress.record() }
        if hasEvents { outboxSignal.raise() }
        return result
    }

    /// Tells the relay that a statement of the caller's own, made with `Outbox.insert`, has committed an event.
    public func eventsCommitted() {
        outboxSignal.raise()
    }
}

/// An open transaction in which a service changes its tables and says so.
public final class ServiceTransaction: SQLExecutor {
    private let transaction: Transaction
    private let context: RequestContext
    private(set) var hasEvents = false

    init(_ transaction: Transaction, _ context: RequestContext) {
        self.transaction = transaction
        self.context = context
    }

    public func query(_ sql: SQL, timeout: Duration?) async throws -> PostgresRows {
        try await transaction.query(sql, timeout: timeout)
    }

    /// Writes an event into the outbox; it leaves once this transaction has committed, and surely then.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - tenant: The university whose data it is about.
    /// - Throws: `PostgresError`.
    public func emit(_ event: some ServiceEvent, tenant: UniversityID?) async throws {
        try await transaction.execute(Outbox.insert(event, tenant: tenant, context: context))
        hasEvents = true
    }

    /// Writes several events of one type to the outbox, in order and in one statement.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - tenant: The university whose data they concern.
    /// - Throws: `PostgresError`.
    public func emit<Event: ServiceEvent>(_ events: [Event], tenant: UniversityID?) async throws {
        guard !events.isEmpty else { return }
        try await transaction.execute(Outbox.insert(events, tenant: tenant, context: context))
        hasEvents = true
    }
}
