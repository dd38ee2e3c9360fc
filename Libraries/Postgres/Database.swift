public import Logging
public import Loops
public import ServiceLifecycle

/// One daemon's way to PostgreSQL.
///
/// Single statements share a few pipelined connections, on which each is a transaction of its own. Transactions of several
/// statements, and statements that take long, have connections to themselves.
/// Connections open with their first use, and again after they were lost.
public final class Database: Sendable {
    /// The precision of deadlines.
    static let tick: Duration = .milliseconds(20)

    private let configuration: PostgresConfiguration
    private let pipeline: Pipeline
    private let sessions: SessionPool

    /// Gets ready; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - configuration: The server's address, and the limits.
    ///   - logger: For connections that are lost.
    ///   - loop: The loop that sends and receives; `nil` for one of its own. Tasks that run on it change no thread.
    public init(configuration: PostgresConfiguration, logger: Logger, loop: Loop? = nil) {
        self.configuration = configuration
        let loop = loop ?? Loop(name: "postgres", logger: logger)
        pipeline = Pipeline(configuration: configuration, loop: loop, logger: logger)
        sessions = SessionPool(configuration: configuration, loop: loop, logger: logger)
    }

    /// Runs one statement as a transaction of its own.
    ///
    /// Other callers' statements wait behind it on the same connection: one that takes longer than some ten
    /// milliseconds belongs into `transaction`.
    ///
    /// - Parameters:
    ///   - sql: The statement and its values.
    ///   - scope: Whose rows it may see.
    ///   - timeout: The time it has, waiting included; `nil` for the configuration's `queryTimeout`. What is late is
    ///     cancelled on the server.
    /// - Returns: The rows that it returned. A statement that met a deadlock or a serialization failure is run again.
    /// - Throws: `PostgresError`, or `CancellationError` at once when the task is cancelled; the statement may then still
    ///   take effect.
    public func query(_ sql: SQL, scope: TenantScope, timeout: Duration? = nil) async throws -> PostgresRows {
        let deadline = ContinuousClock.now + (timeout ?? configuration.queryTimeout)
        return try await retrying(attempts: Self.usualAttempts, until: deadline) {
            try await configuration.reporting(sql.text) {
                try await pipeline.run(sql, scope: scope, timeout: deadline - .now)
            }
        }
    }

    /// How often what met a deadlock or a serialization failure is run, the first time included.
    public static let usualAttempts = 5

    /// Runs `body` again while PostgreSQL asks for it (SQLSTATE 40001 and 40P01), or has undone it because the connection
    /// was lost before the commit, and there is time.
    ///
    /// Full jitter keeps those that met apart the next time, uniform in `0...min(cap, base × 2^attempt)`: Brooker,
    /// *Exponential Backoff and Jitter*, 2015. The server has undone all that `body` did.
    private func retrying<R>(
        attempts: Int,
        until deadline: ContinuousClock.Instant,
        _ body: () async throws -> R
    ) async throws -> R {
        var attempt = 1
        while true {
            do { return try await body() } catch let error as PostgresError
                where error.isRetryable && attempt < attempts
            {
                let pause = Duration.milliseconds(Int.random(in: 0...min(200, 10 << attempt)))
                guard .now + pause < deadline else { throw error }
                try await Task.sleep(for: pause)
                attempt += 1
            }
        }
    }

    /// Runs statements that take effect together, or not at all.
    ///
    /// It is committed when `body` returns, and rolled back when it throws or is cancelled.
    ///
    /// - Parameters:
    ///   - scope: Whose rows it may see.
    ///   - isolation: How it is kept apart from others.
    ///   - attempts: The maximum number of runs of `body`, which is retried after a serialization failure, a deadlock or a lost
    ///     connection before the commit, while there is time. Its only effects must be those in the database, or ones that a second
    ///     run replaces.
    ///   - timeout: The time all attempts have together, waiting included; `nil` for the configuration's
    ///     `transactionTimeout`.
    ///   - body: The statements. It must wait for nothing else than the database, because it keeps rows and a connection:
    ///     after `idleTransactionTimeout` without a statement the server undoes everything.
    /// - Returns: The value that `body` returns, once the commit is confirmed.
    /// - Throws: What `body` throws, or `PostgresError`: a failed commit took no effect, unless its outcome is unknown.
    public func transaction<R>(
        scope: TenantScope,
        isolation: Isolation = .readCommitted,
        attempts: Int = Database.usualAttempts,
        timeout: Duration? = nil,
        _ body: (Transaction) async throws -> R
    ) async throws -> R {
        let deadline = ContinuousClock.now + (timeout ?? configuration.transactionTimeout)
        return try await retrying(attempts: attempts, until: deadline) {
            let session = try await sessions.borrow(deadline: deadline)
            defer { sessions.giveBack(session) }
            let transaction = Transaction(
                session,
                scope: scope,
                isolation: isolation,
                deadline: deadline,
                configuration: configuration
            )
            do {
                let result = try await body(transaction)
                try Task.checkCancellation()
                try await transaction.commit()
                return result
            } catch {
                await transaction.rollback()
                throw error
            }
        }
    }

    /// The database under one scope, for code that does not choose it.
    public func scoped(to scope: TenantScope) -> ScopedDatabase {
        ScopedDatabase(database: self, scope: scope)
    }

    /// The present work of the connections.
    public var figures: PoolFigures {
        var figures = PoolFigures()
        pipeline.count(into: &figures)
        sessions.count(into: &figures)
        return figures
    }

    /// Makes sure that the server answers.
    ///
    /// - Parameter timeout: The time it has; `nil` for the configuration's `queryTimeout`.
    /// - Throws: `PostgresError`, or `CancellationError` when the task is cancelled.
    public func ping(timeout: Duration? = nil) async throws {
        _ = try await query("SELECT 1", scope: .none, timeout: timeout)
    }

    /// Refuses what is new, waits for what is under way, and closes all connections.
    ///
    /// In a cancelled task it does not wait.
    public func close() async {
        async let transactions: Void = sessions.close()
        await pipeline.close()
        await transactions
    }
}

extension Database {
    /// The first row, if there is one.
    public func first(_ sql: SQL, scope: TenantScope) async throws -> PostgresRow? {
        try await scoped(to: scope).first(sql)
    }

    /// The only row; `PostgresError` of kind `unexpectedRowCount` when there is none, or more than one.
    public func one(_ sql: SQL, scope: TenantScope) async throws -> PostgresRow {
        try await scoped(to: scope).one(sql)
    }

    /// Runs a statement for its effect, and returns how many rows it touched.
    @discardableResult
    public func execute(_ sql: SQL, scope: TenantScope) async throws -> Int {
        try await scoped(to: scope).execute(sql)
    }
}

extension Database: Service {
    /// Waits until the daemon shuts down, and then closes.
    public func run() async throws {
        try? await gracefulShutdown()  // throws when the task is cancelled, which ends it as well
        await close()
    }
}
