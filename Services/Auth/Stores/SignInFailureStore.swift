import Contracts
import Postgres
import ServiceKit

/// Every statement that names the `sign_in_failures` table.
///
/// A row holds at most its counter's limit of timestamps, and only hashed attempts add rows, so the hourly hash
/// capacity bounds the table.
struct SignInFailureStore {
    let sql: any SQLExecutor

    /// Returns the lockouts of one attempt's counters, in their order.
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

    /// Returns one counter's lockout and locks the counter until the transaction ends.
    func lock(_ counter: FailureCounter, at now: Timestamp) async throws -> Lockout {
        let row = try await sql.first(
            """
            SELECT failed_at FROM sign_in_failures
            WHERE account = \(counter.account) AND source = \(counter.source) FOR UPDATE
            """
        )
        return counter.lockout(try row?["failed_at"] ?? [], at: now)
    }

    /// Counts a failure, unless the counter is full.
    ///
    /// One statement decides and counts, so that concurrent guesses cannot exceed the limit.
    ///
    /// - Returns: `true` if it was counted.
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
}
