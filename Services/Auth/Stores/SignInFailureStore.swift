import Contracts
import Postgres
import ServiceKit

/// Every statement that names the `sign_in_failures` table.
struct SignInFailureStore {
    let sql: any SQLExecutor

    func failures(of attempt: SignInAttempt, at now: Timestamp) async throws -> Lockout {
        let row = try await sql.first(
            "SELECT failed_at FROM sign_in_failures WHERE account = \(attempt.account) AND source = \(attempt.source)"
        )
        return Lockout(try row?["failed_at"] ?? [], at: now)
    }

    /// The same, with all other attempts of the kind kept waiting until the transaction ends.
    func lock(_ attempt: SignInAttempt, at now: Timestamp) async throws -> Lockout {
        let row = try await sql.one(
            """
            INSERT INTO sign_in_failures AS known (account, source, failed_at)
            VALUES (\(attempt.account), \(attempt.source), '{}')
            ON CONFLICT (account, source) DO UPDATE SET updated_at = now()
            RETURNING failed_at
            """
        )
        return Lockout(try row["failed_at"], at: now)
    }

    func save(_ lockout: Lockout, of attempt: SignInAttempt) async throws {
        try await sql.execute(
            """
            UPDATE sign_in_failures SET failed_at = \(lockout.failures)
            WHERE account = \(attempt.account) AND source = \(attempt.source)
            """
        )
    }

    func clear(_ attempt: SignInAttempt) async throws {
        try await sql.execute(
            "DELETE FROM sign_in_failures WHERE account = \(attempt.account) AND source = \(attempt.source)"
        )
    }

    static func removeExpired(from database: Database) async throws {
        try await database.remove(
            from: "sign_in_failures",
            where: "updated_at < now() - make_interval(secs => \(Double(Lockout.window.components.seconds)))",
            scope: .platform
        )
    }
}
