public import Postgres

/// Runs statements in a transaction, and measures how many rows of one table each of them reads.
///
/// PostgreSQL itself counts them, also within functions and for foreign keys, so that a bad plan shows whatever it looks
/// like.
public final class ReadMeter: SQLExecutor {
    /// What one statement read of the table.
    public struct Reading: Sendable {
        public let statement: String
        /// The number of times that it read the table from end to end.
        public let scans: Int
        /// The number of rows that it fetched, in scans or through indexes.
        public let rows: Int
        /// What `EXPLAIN` says of the statement, for messages.
        public let plan: String
    }

    /// What the statements read, in order.
    public private(set) var readings: [Reading] = []
    private let table: String
    private let transaction: Transaction

    /// - Parameters:
    ///   - table: The table's name, with its schema unless the role's search path finds it.
    ///   - transaction: Where the statements run.
    public init(of table: String, in transaction: Transaction) {
        self.table = table
        self.transaction = transaction
    }

    /// Runs a statement and measures it.
    public func query(_ sql: SQL, timeout: Duration?) async throws -> PostgresRows {
        let plan = try await transaction.query("EXPLAIN \(sql)").map { try $0[0] as String }
        let before = try await counters()
        let rows = try await transaction.query(sql, timeout: timeout)
        let after = try await counters()
        readings.append(
            Reading(
                statement: sql.text,
                scans: after.scans - before.scans,
                rows: after.rows - before.rows,
                plan: plan.joined(separator: "\n")
            )
        )
        return rows
    }

    /// What the connection has read of the table and not yet reported, which it never does within a transaction.
    private func counters() async throws -> (scans: Int, rows: Int) {
        let row = try await transaction.one(
            """
            SELECT seq_scan, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_all_tables
            WHERE relid = to_regclass(\(table))
            """
        )
        return (scans: try row["seq_scan"], rows: try row["rows"])
    }
}
