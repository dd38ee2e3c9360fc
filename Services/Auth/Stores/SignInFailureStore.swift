import Contracts
import Postgres
import ServiceKit

/// Every statement that names the `sign_in_failures` table.
///
/// A row holds at most as many moments as its counter's limit, and only hashed attempts add rows, so the table is bounded by
/// what the password threads hash within an hour.
struct SignInFailureStore {
    let sql: any SQLExecutor

    /// What the counters of one attempt say, in their order.
    func lockouts(of counters: [FailureCounter], at now: Timestamp) async throws -> [Lockout] {
        guard let account = counters.first?.account else { return [] }
        let rows = try await sql.query(
            """
            SELECT source, failed_at FROM sign_in_failures
            WHERE account = \(account) AND source = ANY(\(counters.map(\.source)))
            """
        )
        let failures: [(source: String, moments: [Timestamp])] = try rows.map {
            (try $0["source"], try $0["failed_at"])
        }
        return counters.map { counter in
            counter.lockout(failures.first { $0.source == counter.source }?.moments ?? [], at: now)
        }
    }

    /// The same of one counter, with all that fail and count there kept waiting until the transaction ends.
    func lock(_ counter: FailureCounter, at now: Timestamp) async throws -> Lockout {
        let row = try await sql.first(
            """
            SELECT failed_at FROM sign_in_failures
            WHERE account = \(counter.account) AND source = \(counter.source) FOR UPDATE
            """
        )
        return counter.lockout(try row?["failed_at"] ?? [], at: now)
    }

    /// Counts a failure, unless as many count already as may.
    ///
    /// One statement decides and counts, so that of guesses side by side no more than the limit pass.
    ///
    /// - Returns: Whether it was counted.
    func count(_ counter: FailureCounter, at now: Timestamp) async throws -> Bool {
        let since = now - counter.window
        let changed = try await sql.execute(
            """
            INSERT INTO sign_in_failures AS known (account, source, failed_at)
            VALUES (\(counter.account), \(counter.source), \([now]))
            ON CONFLICT (account, source) DO UPDATE SET updated_at = now(), failed_at =
                ARRAY(SELECT moment FROM unnest(known.failed_at) AS moment WHERE moment > \(since) ORDER BY moment)
                || excluded.failed_at
            WHERE (SELECT count(*) FROM unnest(known.failed_at) AS moment WHERE moment > \(since)) < \(counter.limit)
            """
        )
        return changed == 1
    }

    func clear(_ counter: FailureCounter) async throws {
        try await sql.execute(
            "DELETE FROM sign_in_failures WHERE account = \(counter.account) AND source = \(counter.source)"
        )
    }

    /// Removes counters, in batches, in which no failure counts any more.
    static func removeExpired(from database: Database) async throws {
        let seconds = Double(Lockout.longestWindow.components.seconds)
        try await database.remove(
            from: "sign_in_failures",
            where: "updated_at < now() - make_interval(secs => \(seconds))",
            scope: .platform
        )
    }
}
