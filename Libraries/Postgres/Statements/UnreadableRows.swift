import Synchronization

/// Stored rows that lists left out because they can't be read; one for the process.
///
/// A row that can't be read is never the fault of whoever lists it, so the others are shown without it. Somebody has to
/// look at it, though: it is counted, and told to whoever follows.
public final class UnreadableRows: Sendable {
    public static let shared = UnreadableRows()

    private let found = Atomic<Int>(0)
    private let follower = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// How many rows were left out since the process began; a row counts each time.
    public var count: Int { found.load(ordering: .relaxed) }

    /// Has each row that is left out from now on told, by its fault.
    ///
    /// - Parameter body: Gets a text that quotes no value of the row; it must not wait.
    public func follow(_ body: @escaping @Sendable (String) -> Void) {
        follower.withLock { $0 = body }
    }

    func leaveOut(_ fault: String) {
        found.wrappingAdd(1, ordering: .relaxed)
        follower.withLock(\.self)?(fault)
    }
}

extension PostgresRow {
    /// The row as a value; one that can't be read is logged and counted (see `UnreadableRows`).
    ///
    /// - Parameter read: Reads the columns that it needs.
    /// - Returns: `nil` for a row that can't be read.
    /// - Throws: `PostgresError` if the statement does not fit the type, such as when a column is missing.
    public func readable<Value>(_ read: (PostgresRow) throws -> Value) throws -> Value? {
        do { return try read(self) } catch let error as PostgresError where error.kind != .unreadable {
            throw error
        } catch {
            UnreadableRows.shared.leaveOut("\(error)")
            return nil
        }
    }
}

extension Collection<PostgresRow> {
    /// The rows as values, without those that can't be read; see `UnreadableRows`.
    ///
    /// - Parameter read: Reads a row.
    /// - Returns: As many values as there are readable rows, in their order.
    /// - Throws: `PostgresError` when the statement does not fit the type, as where a column is missing.
    public func readable<Value>(_ read: (PostgresRow) throws -> Value) throws -> [Value] {
        try compactMap { try $0.readable(read) }
    }

    /// The rows as values of their type, without those that can't be read.
    public func readable<Value: PostgresRowDecodable>(as type: Value.Type = Value.self) throws -> [Value] {
        try readable(Value.init(row:))
    }
}
