/// A value that can be bound to a statement.
///
/// A type whose raw value is encodable needs no code of its own: `enum Status: String, PostgresValue`.
public protocol PostgresEncodable: PostgresArrayEncodable {
    /// The type the server is told to expect.
    static var postgresType: PostgresType { get }

    /// Appends the value in PostgreSQL's binary format.
    func encode(into buffer: inout PostgresBuffer)
}

/// A value that can be read from a column.
public protocol PostgresDecodable: PostgresArrayDecodable {
    /// Reads the value from a column that is not NULL.
    ///
    /// - Parameters:
    ///   - bytes: The value in PostgreSQL's binary format.
    ///   - type: What the server says the column is; its `arrayOID` is not known here.
    /// - Throws: `PostgresError` of kind `decoding` when these bytes are no such value.
    init(postgres bytes: PostgresBytes, type: PostgresType) throws
}

/// A value that travels both ways.
public typealias PostgresValue = PostgresEncodable & PostgresDecodable

/// What makes `[Element]` encodable.
///
/// Conform to `PostgresEncodable` instead, which brings it.
///
/// It exists because an array can conform once only, and `[UInt8]` is a `bytea` while every other array is an array.
public protocol PostgresArrayEncodable: Sendable {
    /// The type of `[Self]`.
    static var postgresArrayType: PostgresType { get }

    /// Appends a whole array in PostgreSQL's binary format.
    static func encode(array: [Self], into buffer: inout PostgresBuffer)
}

/// What makes `[Element]` decodable.
///
/// Conform to `PostgresDecodable` instead, which brings it.
public protocol PostgresArrayDecodable: Sendable {
    /// Reads a whole array.
    static func decodeArray(postgres bytes: PostgresBytes, type: PostgresType) throws -> [Self]
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    public static var postgresType: PostgresType { RawValue.postgresType }

    public func encode(into buffer: inout PostgresBuffer) { rawValue.encode(into: &buffer) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        guard let value = Self(rawValue: try RawValue(postgres: bytes, type: type)) else {
            throw PostgresError.unreadable("the value is none of \(Self.self)")
        }
        self = value
    }
}
