/// A statement and the values bound to it.
///
/// It is written as an interpolated string, and what is interpolated is bound, never pasted:
/// ```swift
/// let sql: SQL = "SELECT email FROM users WHERE id = \(id) AND age > \(minimum)"   // … id = $1 AND age > $2
/// ```
/// An optional binds NULL when it is `nil`, an array binds an array (`WHERE id = ANY(\(ids))`), another `SQL` is
/// inserted with its own values, and only `\(raw:)` pastes text.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text and the types, by which a connection knows a statement it has prepared.
    private(set) var shape: StatementShape
    /// The values' binary forms, one after the other.
    private var values = PostgresBuffer()

    /// A statement without values, from trusted text.
    public init(_ text: String) {
        shape = StatementShape(text: text, parameters: [])
    }

    public init(stringLiteral text: String) { self.init(text) }

    public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sql }

    /// The text with `$1`, `$2` … where the values stand.
    public var text: String { shape.text }

    /// Appends another statement's text and values.
    public static func += (one: inout SQL, other: SQL) { one.append(other) }

    /// Both statements' texts and values.
    public static func + (one: SQL, other: SQL) -> SQL {
        var sum = one
        sum += other
        return sum
    }

    /// Hands the values to `body` as one region of memory; `StatementShape.Parameter.end` tells them apart.
    func withValues<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        unsafe try values.bytes.withUnsafeBytes(body)
    }

    fileprivate mutating func append(text: String) { shape.text += text }

    fileprivate mutating func append<Value: PostgresEncodable>(_ value: Value?) {
        value?.encode(into: &values)
        appendPlaceholder(type: Value.postgresType.oid, isNull: value == nil)
    }

    private mutating func appendPlaceholder(type: UInt32, isNull: Bool) {
        let position = shape.text.utf8.count
        shape.parameters.append(.init(type: type, position: position, end: values.bytes.count, isNull: isNull))
        shape.text += "$\(shape.parameters.count)"
    }

    /// Appends a statement, numbering its placeholders on from our own.
    fileprivate mutating func append(_ other: SQL) {
        let offset = values.bytes.count
        values.append(contentsOf: other.values.bytes)
        let text = other.shape.text.utf8
        var copied = text.startIndex
        for (index, parameter) in other.shape.parameters.enumerated() {
            let dollar = text.index(text.startIndex, offsetBy: parameter.position)
            shape.text += other.shape.text[copied..<dollar]
            let position = shape.text.utf8.count
            let end = offset + parameter.end
            shape.parameters.append(
                .init(type: parameter.type, position: position, end: end, isNull: parameter.isNull)
            )
            shape.text += "$\(shape.parameters.count)"
            copied = text.index(dollar, offsetBy: "$\(index + 1)".utf8.count)
        }
        shape.text += other.shape.text[copied...]
    }

    /// Gathers the parts of an interpolated statement.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        fileprivate var sql = SQL("")

        public init(literalCapacity: Int, interpolationCount: Int) {
            sql.shape.text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            sql.shape.parameters.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { sql.append(text: literal) }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) { sql.append(.some(value)) }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) { sql.append(value) }

        /// Inserts a statement's text and values.
        public mutating func appendInterpolation(_ fragment: SQL) { sql.append(fragment) }

        /// Pastes text as it is.
        ///
        /// It must not come from outside the program.
        public mutating func appendInterpolation(raw text: String) { sql.append(text: text) }
    }
}

/// What makes two statements the same to the server: text, and the types of what is bound.
struct StatementShape: Hashable, Sendable {
    struct Parameter: Sendable {
        let type: UInt32
        /// Where its placeholder begins in the text's UTF-8.
        let position: Int
        /// Where its value ends; it begins where the one before ends.
        let end: Int
        let isNull: Bool
    }

    fileprivate(set) var text: String
    fileprivate(set) var parameters: [Parameter]

    static func == (one: StatementShape, other: StatementShape) -> Bool {
        one.text == other.text && one.parameters.elementsEqual(other.parameters) { $0.type == $1.type }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
        for parameter in parameters { hasher.combine(parameter.type) }
    }
}
