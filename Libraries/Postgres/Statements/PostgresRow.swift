/// The rows that a statement returned, and how many it touched.
public struct PostgresRows: Sendable, RandomAccessCollection {
    private let result: ResultHandle?
    private let columns: Columns
    public let endIndex: Int

    public var startIndex: Int { 0 }

    /// How many rows were inserted, updated, deleted or selected.
    public var affected: Int { result?.affected ?? 0 }

    /// The command that ran, as in `INSERT 0 1`.
    var tag: String { result?.tag ?? "" }

    init(_ result: ResultHandle, columns: Columns) {
        self.result = result
        self.columns = columns
        endIndex = result.rowCount
    }

    /// No rows.
    init() {
        result = nil
        columns = Columns()
        endIndex = 0
    }

    public subscript(position: Int) -> PostgresRow {
        guard let result, position >= 0, position < endIndex else { preconditionFailure("Index out of range") }
        return PostgresRow(result: result, columns: columns, index: Int32(position))
    }
}

/// One row.
///
/// Its values are read from libpq's result, which it keeps alive.
public struct PostgresRow: Sendable {
    fileprivate let result: ResultHandle
    fileprivate let columns: Columns
    fileprivate let index: Int32

    /// How many columns the row has.
    public var count: Int { columns.names.count }

    /// The column's value: `let email: String = try row["email"]`.
    ///
    /// - Throws: `PostgresError` of kind `decoding` when there is no such column, or it holds NULL or another type; of kind
    ///   `unreadable` when it holds a value that `Value` doesn't have.
    public subscript<Value: PostgresDecodable>(_ name: String) -> Value {
        get throws { try required(at: position(of: name)) }
    }

    /// The column's value, or `nil` for NULL.
    public subscript<Value: PostgresDecodable>(_ name: String) -> Value? {
        get throws { try optional(at: position(of: name)) }
    }

    /// The value of the column at a position, counted from 0.
    public subscript<Value: PostgresDecodable>(_ position: Int) -> Value {
        get throws { try required(at: checked(position)) }
    }

    /// The value of the column at a position, or `nil` for NULL.
    public subscript<Value: PostgresDecodable>(_ position: Int) -> Value? {
        get throws { try optional(at: checked(position)) }
    }

    /// A column in PostgreSQL's binary format as it came, without a copy; `nil` for NULL.
    public func bytes(_ name: String) throws -> PostgresBytes? {
        result.value(row: index, column: Int32(try position(of: name)))
    }

    private func position(of name: String) throws -> Int {
        guard let position = columns.names.firstIndex(of: name) else {
            throw PostgresError.decoding("there is no column \(name)")
        }
        return position
    }

    private func checked(_ position: Int) throws -> Int {
        guard columns.names.indices.contains(position) else {
            throw PostgresError.decoding("there is no column at \(position)")
        }
        return position
    }

    private func required<Value: PostgresDecodable>(at position: Int) throws -> Value {
        guard let value: Value = try optional(at: position) else {
            throw PostgresError.decoding("column \(columns.names[position]) is NULL")
        }
        return value
    }

    private func optional<Value: PostgresDecodable>(at position: Int) throws -> Value? {
        guard let bytes = result.value(row: index, column: Int32(position)) else { return nil }
        do {
            return try Value(postgres: bytes, type: columns.types[position])
        } catch let error as PostgresError {
            throw PostgresError(error.kind, "column \(columns.names[position]): \(error.message)")
        } catch {
            throw PostgresError.unreadable("column \(columns.names[position]): \(error)")
        }
    }
}

/// A value that is read from a whole row.
public protocol PostgresRowDecodable {
    /// Reads the columns it needs.
    init(row: PostgresRow) throws
}
