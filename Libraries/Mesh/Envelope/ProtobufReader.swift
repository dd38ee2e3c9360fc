/// Reads the protobuf wire format; every length is checked against the bytes that are there.
///
///     var reader = ProtobufReader(bytes)
///     while let field = try reader.next() {
///         switch field.number {
///         case 1: name = try field.string()
///         default: break  // a field of a later version
///         }
///     }
struct ProtobufReader {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    /// Reads the message that lies at `range` of `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or `nil` after the last.
    mutating func next() throws(MalformedEnvelope) -> Field? {
        guard position < end else { return nil }
        let key = try varint()
        guard let type = ProtobufWireType(rawValue: UInt8(key & 7)), key >> 3 > 0, key >> 3 < 1 << 29 else {
            throw MalformedEnvelope()
        }
        let value: Field.Value =
            switch type {
            case .varint: .number(try varint())
            case .fixed64: .number(try fixed(byteCount: 8))
            case .fixed32: .number(try fixed(byteCount: 4))
            case .lengthDelimited: .range(try range())
            }
        return Field(number: Int(key >> 3), type: type, value: value, bytes: bytes)
    }

    private mutating func varint() throws(MalformedEnvelope) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw MalformedEnvelope() }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw MalformedEnvelope()
    }

    private mutating func fixed(byteCount: Int) throws(MalformedEnvelope) -> UInt64 {
        guard end - position >= byteCount else { throw MalformedEnvelope() }
        defer { position += byteCount }
        return bytes[position..<(position + byteCount)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func range() throws(MalformedEnvelope) -> Range<Int> {
        let byteCount = try varint()
        guard byteCount <= UInt64(end - position) else { throw MalformedEnvelope() }
        defer { position += Int(byteCount) }
        return position..<(position + Int(byteCount))
    }

    /// One field as it stood on the wire.
    struct Field {
        fileprivate enum Value {
            case number(UInt64)
            case range(Range<Int>)
        }

        let number: Int
        private let type: ProtobufWireType
        private let value: Value
        private let bytes: [UInt8]

        fileprivate init(number: Int, type: ProtobufWireType, value: Value, bytes: [UInt8]) {
            self.number = number
            self.type = type
            self.value = value
            self.bytes = bytes
        }

        func uint() throws(MalformedEnvelope) -> UInt64 { try number(of: .varint) }

        func uint32() throws(MalformedEnvelope) -> UInt32 { UInt32(truncatingIfNeeded: try number(of: .varint)) }

        func int() throws(MalformedEnvelope) -> Int64 { Int64(bitPattern: try number(of: .varint)) }

        func fixed64() throws(MalformedEnvelope) -> UInt64 { try number(of: .fixed64) }

        func fixed32() throws(MalformedEnvelope) -> UInt32 { UInt32(try number(of: .fixed32)) }

        func range() throws(MalformedEnvelope) -> Range<Int> {
            guard case .range(let range) = value else { throw MalformedEnvelope() }
            return range
        }

        func content() throws(MalformedEnvelope) -> [UInt8] { Array(bytes[try range()]) }

        func string() throws(MalformedEnvelope) -> String {
            guard let text = String(validating: bytes[try range()], as: UTF8.self) else { throw MalformedEnvelope() }
            return text
        }

        func message() throws(MalformedEnvelope) -> ProtobufReader { ProtobufReader(bytes, try range()) }

        func meshField() throws(MalformedEnvelope) -> MeshField {
            var result = MeshField("", "")
            var reader = try message()
            while let field = try reader.next() {
                switch field.number {
                case 1: result.name = try field.string()
                case 2: result.value = try field.string()
                default: break
                }
            }
            return result
        }

        private func number(of expected: ProtobufWireType) throws(MalformedEnvelope) -> UInt64 {
            guard type == expected, case .number(let number) = value else { throw MalformedEnvelope() }
            return number
        }
    }
}

/// The bytes are not a message of `mesh.proto`.
public struct MalformedEnvelope: Error, Sendable, Hashable {}
