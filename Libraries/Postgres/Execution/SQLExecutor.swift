/// Where statements run: a transaction, or the database under one scope.
public protocol SQLExecutor {
    /// Runs a statement.
    ///
    /// - Parameters:
    ///   - sql: The statement and its values.
    ///   - timeout: The time it has; `nil` for the executor's own limit.
    /// - Returns: The rows that it returned.
    /// - Throws: `PostgresError`, or `CancellationError` when the task is cancelled.
    func query(_ sql: SQL, timeout: Duration?) async throws -> PostgresRows
}

extension SQLExecutor {
    /// Runs a statement within the executor's own time limit.
    public func query(_ sql: SQL) async throws -> PostgresRows {
        try await query(sql, timeout: nil)
    }

    /// The first row, if there is one.
    public func first(_ sql: SQL) async throws -> PostgresRow? {
        try await query(sql).first
    }

    /// The only row.
    ///
    /// - Throws: `PostgresError` of kind `unexpectedRowCount` when there is none, or more than one.
    public func one(_ sql: SQL) async throws -> PostgresRow {
        try await query(sql).only()
    }

    /// Runs a statement for its effect.
    ///
    /// - Returns: How many rows it touched.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await query(sql).affected
    }

    /// All rows, read as values; those that can't be read are left out, logged and counted (see `UnreadableRows`).
    public func all<Value: PostgresRowDecodable>(_ sql: SQL, as type: Value.Type = Value.self) async throws -> [Value] {
        try await query(sql).readable()
    }

    /// The first row as a value, if there is one.
    public func first<Value: PostgresRowDecodable>(
        _ sql: SQL,
        as type: Value.Type = Value.self
    ) async throws -> Value? {
        try await query(sql).first.map(Value.init(row:))
    }

    /// The only row as a value.
    public func one<Value: PostgresRowDecodable>(_ sql: SQL, as type: Value.Type = Value.self) async throws -> Value {
        try Value(row: try await query(sql).only())
    }
}

extension PostgresRows {
    /// The only row.
    ///
    /// - Throws: `PostgresError` of kind `unexpectedRowCount` when there is none, or more than one.
    public func only() throws -> PostgresRow {
        guard count == 1 else {
            throw PostgresError(.unexpectedRowCount, "\(count) rows came where one was expected")
        }
        return self[0]
    }
}

/// The database under one scope.
///
/// Each statement is a transaction of its own, sent over the shared connections.
public struct ScopedDatabase: SQLExecutor, Sendable {
    let database: Database
    let scope: TenantScope

    public func query(_ sql: SQL, timeout: Duration?) async throws -> PostgresRows {
        try await database.query(sql, scope: scope, timeout: timeout)
    }
}
