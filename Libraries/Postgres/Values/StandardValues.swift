extension String: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .text }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(utf8: self) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        guard type.isTextual else { throw PostgresError.decoding("type \(type.oid) is not text") }
        self = try bytes.string()
    }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .bool }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(UInt8(self ? 1 : 0)) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        guard type == .bool else { throw PostgresError.decoding("type \(type.oid) is not bool") }
        self = try bytes.integer(as: UInt8.self) != 0
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .float8 }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(bitPattern) }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        switch type {
        case .float8: self = Double(bitPattern: try bytes.integer())
        case .float4: self = Double(Float(bitPattern: try bytes.integer()))
        default: throw PostgresError.decoding("type \(type.oid) is not a floating-point number")
        }
    }
}

extension FixedWidthInteger where Self: PostgresDecodable {
    /// Reads an integer column of any width whose value fits.
    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        let value: Int64 =
            switch type {
            case .int8: try bytes.integer()
            case .int4: Int64(try bytes.integer(as: Int32.self))
            case .int2: Int64(try bytes.integer(as: Int16.self))
            default: throw PostgresError.decoding("type \(type.oid) is not an integer")
            }
        guard let fitting = Self(exactly: value) else {
            throw PostgresError.decoding("the integer does not fit into \(Self.self)")
        }
        self = fitting
    }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(self) }
}

extension Int: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(Int64(self)) }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int4 }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(self) }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int2 }

    public func encode(into buffer: inout PostgresBuffer) { buffer.append(self) }
}
