/// A PostgreSQL data type, known by its object identifier, and the identifier of the array of it.
///
/// The identifiers of built-in types never change between servers (`pg_type.dat` in PostgreSQL's sources). A type made
/// by `CREATE TYPE` has another one in every database: bind `text` and cast, as in `\(status)::form_status`.
public struct PostgresType: Sendable, Hashable {
    /// The type's row in `pg_type`.
    public let oid: UInt32
    /// The array type whose elements have this type; 0 where there is none.
    public let arrayOID: UInt32

    /// Names a type by its identifiers.
    public init(oid: UInt32, arrayOID: UInt32 = 0) {
        self.oid = oid
        self.arrayOID = arrayOID
    }

    /// Whether both are the same type; the array identifier follows from it.
    public static func == (one: PostgresType, other: PostgresType) -> Bool { one.oid == other.oid }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(oid) }

    public static let bool = PostgresType(oid: 16, arrayOID: 1000)
    public static let bytea = PostgresType(oid: 17, arrayOID: 1001)
    public static let name = PostgresType(oid: 19, arrayOID: 1003)
    public static let int8 = PostgresType(oid: 20, arrayOID: 1016)
    public static let int2 = PostgresType(oid: 21, arrayOID: 1005)
    public static let int4 = PostgresType(oid: 23, arrayOID: 1007)
    public static let text = PostgresType(oid: 25, arrayOID: 1009)
    public static let json = PostgresType(oid: 114, arrayOID: 199)
    public static let float4 = PostgresType(oid: 700, arrayOID: 1021)
    public static let float8 = PostgresType(oid: 701, arrayOID: 1022)
    public static let unknown = PostgresType(oid: 705)
    public static let bpchar = PostgresType(oid: 1042, arrayOID: 1014)
    public static let varchar = PostgresType(oid: 1043, arrayOID: 1015)
    public static let date = PostgresType(oid: 1082, arrayOID: 1182)
    public static let timestamp = PostgresType(oid: 1114, arrayOID: 1115)
    public static let timestamptz = PostgresType(oid: 1184, arrayOID: 1185)
    public static let uuid = PostgresType(oid: 2950, arrayOID: 2951)
    public static let jsonb = PostgresType(oid: 3802, arrayOID: 3807)

    /// Whether a value's binary form is its text: the string types, enumerations and `citext`.
    ///
    /// Identifiers from 16,384 on belong to types that were created in this database.
    var isTextual: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .unknown, .json: true
        default: oid >= 16_384
        }
    }
}
