extension Array: PostgresArrayEncodable where Element: PostgresArrayEncodable {}
extension Array: PostgresArrayDecodable where Element: PostgresArrayDecodable {}

extension Array: PostgresEncodable where Element: PostgresArrayEncodable {
    public static var postgresType: PostgresType { Element.postgresArrayType }

    public func encode(into buffer: inout PostgresBuffer) { Element.encode(array: self, into: &buffer) }
}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        self = try Element.decodeArray(postgres: bytes, type: type)
    }
}

/// An array of bytes is a `bytea`; a single byte is no value of PostgreSQL's.
extension UInt8: PostgresArrayEncodable, PostgresArrayDecodable {
    public static var postgresArrayType: PostgresType { .bytea }

    public static func encode(array: [UInt8], into buffer: inout PostgresBuffer) {
        buffer.append(contentsOf: array)
    }

    public static func decodeArray(postgres bytes: PostgresBytes, type: PostgresType) throws -> [UInt8] {
        guard type == .bytea else { throw PostgresError.decoding("type \(type.oid) is not bytea") }
        return [UInt8](bytes)
    }
}

// The binary format (array_send in PostgreSQL's arrayfuncs.c): dimensions, whether NULLs occur, element type, then for
// each dimension its length and lower bound, then each element preceded by its length (-1 for NULL). All of 4 bytes.
extension PostgresEncodable {
    public static var postgresArrayType: PostgresType { PostgresType(oid: postgresType.arrayOID) }

    public static func encode(array: [Self], into buffer: inout PostgresBuffer) {
        buffer.append(Int32(array.isEmpty ? 0 : 1))
        buffer.append(Int32(0))
        buffer.append(postgresType.oid)
        guard !array.isEmpty else { return }
        buffer.append(Int32(array.count))
        buffer.append(Int32(1))
        for element in array { buffer.appendWithLength(element.encode(into:)) }
    }
}

extension PostgresDecodable {
    public static func decodeArray(postgres bytes: PostgresBytes, type: PostgresType) throws -> [Self] {
        let dimensions: Int32 = try bytes.integer()
        if dimensions == 0 { return [] }
        guard dimensions == 1 else { throw PostgresError.decoding("the array has \(dimensions) dimensions") }
        let element = PostgresType(oid: try bytes.integer(at: 8))
        let count = Int(try bytes.integer(at: 12, as: Int32.self))
        var offset = 20
        var array: [Self] = []
        array.reserveCapacity(Swift.min(Swift.max(count, 0), bytes.count / 4))
        for _ in 0..<Swift.max(count, 0) {
            let length = Int(try bytes.integer(at: offset, as: Int32.self))
            guard length >= 0 else { throw PostgresError.decoding("the array holds NULL") }
            offset += 4
            array.append(try Self(postgres: bytes.slice(offset..<offset + length), type: element))
            offset += length
        }
        return array
    }
}
