/// How a transaction is kept apart from those beside it.
public enum Isolation: String, Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first.
    case repeatableRead = "REPEATABLE READ"
    /// The outcome is that of some order, one transaction after the other; it may have to be run again.
    case serializable = "SERIALIZABLE"
}

/// A transaction under way.
///
/// It is not `Sendable`, so that the compiler sees to it that statements follow each other.
/// `BEGIN` and its settings travel with the first statement, so they cost no round trip, and a transaction without statements
/// does nothing at all.
public final class Transaction: SQLExecutor {
    private enum Phase {
        case new
        case begun
        case ended
    }

    private let session: Session
    private let scope: TenantScope
    private let isolation: Isolation
    private let deadline: ContinuousClock.Instant
    private let configuration: PostgresConfiguration
    private var phase = Phase.new

    init(
        _ session: Session,
        scope: TenantScope,
        isolation: Isolation,
        deadline: ContinuousClock.Instant,
        configuration: PostgresConfiguration
    ) {
        self.session = session
        self.scope = scope
        self.isolation = isolation
        self.deadline = deadline
        self.configuration = configuration
    }

    /// Runs a statement in the transaction.
    ///
    /// After one that fails no other can follow.
    public func query(_ sql: SQL, timeout: Duration?) async throws -> PostgresRows {
        try Task.checkCancellation()
        try sql.checkSendable()
        var statements: [SQL] = []
        switch phase {
        case .new:
            statements += ["BEGIN ISOLATION LEVEL \(raw: isolation.rawValue)", settings]
            phase = .begun
        case .begun:
            break
        case .ended:
            throw PostgresError(.closed, "the transaction has ended")
        }
        statements.append(sql)
        let limit = timeout.map { min(deadline, .now + $0) } ?? deadline
        return try await configuration.reporting(sql.text) {
            do { return try await session.exchange(statements, deadline: limit) } catch let error as PostgresError
                where error.kind == .connectionLost
            {
                throw Self.undone(error)
            }
        }
    }

    /// The settings that hold until the transaction ends.
    ///
    /// Not a parameter of the connection: PgBouncer refuses those that it does not know.
    private var settings: SQL {
        let milliseconds = String(Int(configuration.idleTransactionTimeout / .milliseconds(1)))
        let timeout: SQL = "SELECT set_config('idle_in_transaction_session_timeout', \(milliseconds), true)"
        return scope.setting.map { timeout + ", " + $0 } ?? timeout
    }

    /// The loss of a connection before `COMMIT` was sent: the server undoes everything.
    private static func undone(_ error: PostgresError) -> PostgresError {
        PostgresError(.connectionLost, error.message)
    }

    /// Makes everything permanent.
    ///
    /// It is waited for even in a cancelled task, because its outcome has to be known.
    func commit() async throws {
        defer { phase = .ended }
        guard phase == .begun else { return }
        guard session.isAlive() else { throw Self.undone(session.lostError()) }
        // The server answers the COMMIT of a failed transaction with ROLLBACK and no error.
        let reply = try await configuration.reporting("COMMIT") {
            try await session.exchangeUncancellably("COMMIT", deadline: deadline)
        }
        guard reply.tag == "COMMIT" else {
            throw PostgresError(.transactionAborted, "a statement of the transaction had failed")
        }
    }

    /// Undoes everything.
    ///
    /// When that fails too, the connection is closed, and the server undoes it then.
    func rollback() async {
        defer { phase = .ended }
        guard phase == .begun else { return }
        _ = try? await session.exchangeUncancellably("ROLLBACK")
    }
}
