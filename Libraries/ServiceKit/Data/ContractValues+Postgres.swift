public import Contracts
public import Postgres

// How contract values travel to and from PostgreSQL. A service's own text values conform with an empty extension; its
// choices (`enum Status: String, ChoiceValue, PostgresValue`) need nothing.

extension Identifier: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .uuid }
    public func encode(into buffer: inout PostgresBuffer) { PostgresUUID(self).encode(into: &buffer) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        let uuid = try PostgresUUID(postgres: bytes, type: type)
        self.init(high: uuid.high, low: uuid.low)
    }
}

extension PostgresUUID {
    public init<Entity>(_ id: Identifier<Entity>) { self.init(high: id.high, low: id.low) }
}

extension TenantScope {
    /// The rows of one university.
    public static func university(_ id: UniversityID) -> TenantScope { .tenant(PostgresUUID(id)) }
}

extension Timestamp: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { PostgresTimestamp.postgresType }
    public func encode(into buffer: inout PostgresBuffer) {
        PostgresTimestamp(microsecondsSince1970: microseconds).encode(into: &buffer)
    }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        self.init(microseconds: try PostgresTimestamp(postgres: bytes, type: type).microsecondsSince1970)
        guard Self.writable.contains(self) else { throw PostgresError.unreadable("the time's year is not 1 to 9999") }
    }
}

extension CalendarDate: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { PostgresDate.postgresType }
    public func encode(into buffer: inout PostgresBuffer) {
        PostgresDate(daysSince1970: Int32(daysSince1970)).encode(into: &buffer)
    }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        self.init(daysSince1970: Int(try PostgresDate(postgres: bytes, type: type).daysSince1970))
        guard (1...9_999).contains(year) else { throw PostgresError.unreadable("the day's year is not 1 to 9999") }
    }
}

/// As `jsonb`, whose text is passed on as PostgreSQL wrote it.
extension RawJSON: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { PostgresJSON.postgresType }
    public func encode(into buffer: inout PostgresBuffer) { PostgresJSON(bytes).encode(into: &buffer) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        self.init(bytes: [UInt8](try PostgresJSON(postgres: bytes, type: type).bytes))
    }
}

extension JSONValue: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { PostgresJSON.postgresType }
    public func encode(into buffer: inout PostgresBuffer) { PostgresJSON(bytes).encode(into: &buffer) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        self = try JSONParser.parse([UInt8](PostgresJSON(postgres: bytes, type: type).bytes))
    }
}

/// A contract object in a `jsonb` column: `settings = \(Stored(settings))`, `let settings: Stored<Settings> = try row[…]`.
public struct Stored<Value: ContractValue>: PostgresEncodable, PostgresDecodable {
    public let value: Value
    public init(_ value: Value) { self.value = value }

    public static var postgresType: PostgresType { PostgresJSON.postgresType }
    public func encode(into buffer: inout PostgresBuffer) { PostgresJSON(value.jsonBytes).encode(into: &buffer) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        value = try Value(jsonBytes: [UInt8](PostgresJSON(postgres: bytes, type: type).bytes))
    }
}

extension TextValue where Self: PostgresEncodable & PostgresDecodable {
    public static var postgresType: PostgresType { .text }
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(utf8: text) }
    public init(postgres bytes: PostgresBytes, type: PostgresType) throws { self.init(unchecked: try bytes.string()) }
}

extension Text: PostgresEncodable, PostgresDecodable {}
extension Title: PostgresEncodable, PostgresDecodable {}
extension Code: PostgresEncodable, PostgresDecodable {}
extension WebAddress: PostgresEncodable, PostgresDecodable {}
extension EmailAddress: PostgresEncodable, PostgresDecodable {}
extension Permission: PostgresEncodable, PostgresDecodable {}

extension Whole: PostgresEncodable {
    public static var postgresType: PostgresType { .int8 }
    public func encode(into buffer: inout PostgresBuffer) { buffer.append(Int64(value)) }
}

extension PostgresError {
    var isTimeout: Bool { kind == .timedOut || isQueryCanceled }

    /// Tells whether the error is transient: the same work may succeed later.
    var isTransient: Bool {
        switch kind {
        case .connectionFailed, .connectionLost, .queueFull, .closed, .timedOut: true
        case .server: sqlState.map { state in Self.transientStates.contains { state.hasPrefix($0) } } ?? false
        default: false
        }
    }

    /// SQLSTATEs, and classes of them, of failures that pass (PostgreSQL's documentation, appendix A).
    private static let transientStates = [
        "08",  // connection exceptions
        "25006",  // read-only transaction: a failover is under way
        "25P03", "25P04",  // the server ended an idle or a long transaction
        "40001", "40003", "40P01",  // serialization failure, unknown outcome, deadlock
        "53",  // insufficient resources: disk, memory, connections
        "55P03",  // a lock was not available in time
        "57014",  // the statement was cancelled, as by statement_timeout
        "57P0",  // the server shuts down, crashed or is starting
        "58",  // input and output of the server's own
    ]
}
