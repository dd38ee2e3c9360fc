public import Postgres

/// Waits until others wait for locks that a transaction holds.
///
/// - Parameters:
///   - holder: The transaction.
///   - count: The number of statements that have to wait.
/// - Throws: `WaitedInVain` when fewer do in time, or `PostgresError`.
public func untilOthersWait(for holder: some SQLExecutor, count: Int = 1) async throws {
    let waiting: SQL = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    try await until { try await holder.query(waiting).count >= count ? () : nil }
}
