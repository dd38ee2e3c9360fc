/// A refusal of PostgreSQL, or of the way to it.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The place where the failure arose.
    public enum Kind: Sendable {
        /// The server refused a statement: see `sqlState`.
        case server
        /// The statement cannot be sent.
        case invalidStatement
        /// No connection could be made in the time there was.
        case connectionFailed
        /// The connection broke while a statement was on its way.
        case connectionLost
        /// The caller's time ran out.
        case timedOut
        /// As many callers are waiting already as the configuration allows.
        case queueFull
        /// The database was closed, or the transaction has ended.
        case closed
        /// The transaction could not commit because one of its statements had failed.
        case transactionAborted
        /// Another number of rows came than the caller asked for.
        case unexpectedRowCount
        /// A column is missing, is NULL, or does not hold what the caller wants to read.
        case decoding
        /// A column holds a value that its type in Swift doesn't have, such as a status that is not known.
        case unreadable
        /// The configuration cannot be used.
        case configuration
        /// The migrations do not fit the database.
        case migration
    }

    /// What is known about the statement's effect.
    public enum Outcome: Sendable {
        /// Nothing was changed.
        case notApplied
        /// It may have taken effect: the answer never came.
        case unknown
    }

    public let kind: Kind
    /// The failure in English.
    ///
    /// It may quote values of the statement: log `description` instead.
    public let message: String
    public let outcome: Outcome
    /// The server's five-character code (PostgreSQL's documentation, appendix A); `nil` unless the kind is `server`.
    public let sqlState: String?
    /// `ERROR`, `FATAL` or `PANIC`.
    public let severity: String?
    /// The violated constraint, and where it stands.
    public let constraint: String?
    public let schema: String?
    public let table: String?
    public let column: String?

    /// A failure that the server reports.
    init(
        sqlState: String,
        severity: String?,
        message: String,
        constraint: String?,
        schema: String?,
        table: String?,
        column: String?
    ) {
        kind = .server
        outcome = .notApplied
        self.message = message
        self.sqlState = sqlState
        self.severity = severity
        self.constraint = constraint
        self.schema = schema
        self.table = table
        self.column = column
    }

    /// A failure on this side.
    init(_ kind: Kind, _ message: String, outcome: Outcome = .notApplied) {
        self.kind = kind
        self.message = message
        self.outcome = outcome
        (sqlState, severity, constraint, schema, table, column) = (nil, nil, nil, nil, nil, nil)
    }

    /// The failure of a `PostgresDecodable` to read its value; the message must not quote it.
    public static func decoding(_ message: String) -> PostgresError { PostgresError(.decoding, message) }

    /// The failure of a `PostgresDecodable` whose column is of the right type and holds a value that it doesn't have.
    ///
    /// Lists leave such a row out. The message must not quote the value.
    public static func unreadable(_ message: String) -> PostgresError { PostgresError(.unreadable, message) }

    public var isUniqueViolation: Bool { sqlState == "23505" }
    public var isNotNullViolation: Bool { sqlState == "23502" }
    /// `true` if row-level security or a missing grant refused.
    public var isInsufficientPrivilege: Bool { sqlState == "42501" }
    /// `true` if the same transaction may succeed when it is run again: serialization failure or deadlock.
    public var isSerializationFailure: Bool { sqlState == "40001" || sqlState == "40P01" }
    /// Tells whether everything was rolled back, so that the same transaction may be run again.
    var isRetryable: Bool { isSerializationFailure || kind == .connectionLost && outcome == .notApplied }
    /// `true` if the server cancelled a statement, at its own time limit or on request (SQLSTATE `query_canceled`).
    public var isQueryCanceled: Bool { sqlState == "57014" }

    /// The failure without any value that a statement carried.
    ///
    /// The message is left out where PostgreSQL quotes input in it: data exceptions (class 22) and what functions raise.
    public var description: String {
        var parts = ["PostgreSQL: \(kind)"]
        if let sqlState { parts.append("SQLSTATE \(sqlState)") }
        let quotesInput = sqlState.map { $0.hasPrefix("22") || $0.hasPrefix("P0") } ?? false
        if !quotesInput { parts.append(message) }
        for (name, value) in [("constraint", constraint), ("schema", schema), ("table", table), ("column", column)] {
            if let value { parts.append("\(name) \(value)") }
        }
        if outcome == .unknown { parts.append("outcome unknown") }
        return parts.joined(separator: ", ")
    }
}
