extension Database {
    /// Removes rows that have had their time, some of them at once and each time in a transaction of its own, until none is left.
    ///
    /// One statement for all of them would end too late when there are many, and so never.
    ///
    /// - Parameters:
    ///   - table: Its name.
    ///   - condition: Which rows; an index should find them.
    ///   - scope: Whose rows.
    ///   - limit: How many at once: fewer where each takes others with it.
    /// - Throws: `PostgresError`, or `CancellationError`; what was removed until then stays so.
    public func remove(from table: String, where condition: SQL, scope: TenantScope, limit: Int = 1_000) async throws {
        // An array, so that the rows are chosen once. What another replica is removing is left to it.
        let some: SQL = """
            DELETE FROM \(raw: table) WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM \(raw: table) WHERE \(condition) LIMIT \(limit) FOR UPDATE SKIP LOCKED
            ))
            """
        while try await transaction(scope: scope, { try await $0.execute(some) }) == limit {}
    }
}
