/// Reads the protobuf wire format; every length is checked against the bytes that are there.
///
///     var reader = ProtobufReader(bytes)
///     while let field = try reader.next() {
///         switch field {
///         case 1: name = try reader.string()
///         default: break  // a field of a later version
///         }
///     }
struct ProtobufReader {
    private enum Value {
        case number(UInt64, ProtobufWireType)
        case range(Range<Int>)
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    /// Of the field that `next` came to.
    private var value = Value.range(0..<0)

    init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    /// Reads the message that lies at `range` of `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The number of the next field, or `nil` after the last.
    mutating func next() throws(MalformedEnvelope) -> Int? {
        guard position < end else { return nil }
        let key = try readVarint()
        guard let type = ProtobufWireType(rawValue: UInt8(key & 7)), key >> 3 > 0, key >> 3 < 1 << 29 else {
            throw MalformedEnvelope()
        }
        value =
            switch type {
            case .varint: .number(try readVarint(), type)
            case .fixed64: .number(try readFixed(byteCount: 8), type)
            case .fixed32: .number(try readFixed(byteCount: 4), type)
            case .lengthDelimited: .range(try readRange())
            }
        return Int(key >> 3)
    }

    private mutating func readVarint() throws(MalformedEnvelope) -> UInt64 {
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

    private mutating func readFixed(byteCount: Int) throws(MalformedEnvelope) -> UInt64 {
        guard end - position >= byteCount else { throw MalformedEnvelope() }
        defer { position += byteCount }
        var value: UInt64 = 0
        for index in 0..<byteCount { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        return value
    }

    private mutating func readRange() throws(MalformedEnvelope) -> Range<Int> {
        let byteCount = try readVarint()
        guard byteCount <= UInt64(end - position) else { throw MalformedEnvelope() }
        defer { position += Int(byteCount) }
        return position..<(position + Int(byteCount))
    }

    // MARK: The field that `next` came to

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
        let content = bytes.span.extracting(try range())
        guard let text = try? UTF8Span(validating: content) else { throw MalformedEnvelope() }
        return String(copying: text)
    }

    /// Reads a name of at most `limit` bytes: visible ASCII, so that names from any source compare as bytes.
    func name(atMost limit: Int = 255) throws(MalformedEnvelope) -> String {
        let range = try range()
        guard range.count <= limit else { throw MalformedEnvelope() }
        for index in range where bytes[index] < 0x21 || bytes[index] > 0x7e { throw MalformedEnvelope() }
        return try string()
    }

    func message() throws(MalformedEnvelope) -> ProtobufReader { ProtobufReader(bytes, try range()) }

    func meshField() throws(MalformedEnvelope) -> MeshField {
        var result = MeshField("", "")
        var reader = try message()
        while let field = try reader.next() {
            switch field {
            case 1: result.name = try reader.string()
            case 2: result.value = try reader.string()
            default: break
            }
        }
        return result
    }

    private func number(of expected: ProtobufWireType) throws(MalformedEnvelope) -> UInt64 {
        guard case .number(let number, expected) = value else { throw MalformedEnvelope() }
        return number
    }
}

/// The bytes are not a message of `mesh.proto`.
public struct MalformedEnvelope: Error, Sendable, Hashable {}
