/// JSON text, bound as `jsonb` and read from `jsonb` or `json` without a copy.
///
/// `jsonb` comes back in PostgreSQL's own spelling: other spaces, sorted keys, the last of equal keys. A document that
/// must come back byte for byte belongs into a `json` or `text` column.
public struct PostgresJSON: PostgresValue {
    /// The text in UTF-8.
    public let bytes: PostgresBytes

    /// Takes JSON text as it is; the server checks it.
    public init(_ utf8: [UInt8]) { bytes = PostgresBytes(utf8) }

    /// Takes JSON text as it is; the server checks it.
    public init(_ text: String) { self.init(Array(text.utf8)) }

    public static var postgresType: PostgresType { .jsonb }

    /// The binary format of `jsonb` is its version, 1, and then text.
    private static let version: UInt8 = 1

    public func encode(into buffer: inout PostgresBuffer) {
        buffer.append(Self.version)
        buffer.append(contentsOf: bytes)
    }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        switch type {
        case .json:
            self.bytes = bytes
        case .jsonb:
            guard bytes.first == Self.version else { throw PostgresError.decoding("the version of jsonb is unknown") }
            self.bytes = try bytes.slice(1..<bytes.count)
        default:
            throw PostgresError.decoding("type \(type.oid) is not JSON")
        }
    }
}
