/// Writes the protobuf wire format (https://protobuf.dev/programming-guides/encoding/) for the messages of `mesh.proto`.
///
/// Written by hand because every hop of every request passes here. As proto3 asks, a scalar that has its default value is
/// left out.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private mutating func key(_ field: Int, _ type: ProtobufWireType) {
        varint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    mutating func uint(_ field: Int, _ value: UInt64) {
        guard value != 0 else { return }
        key(field, .varint)
        varint(value)
    }

    mutating func int(_ field: Int, _ value: Int64) {
        uint(field, UInt64(bitPattern: value))
    }

    /// Writes also a zero, so that its place can be counted on.
    mutating func fixed64(_ field: Int, _ value: UInt64) {
        key(field, .fixed64)
        littleEndian(value)
    }

    /// Writes also a zero, so that its place can be counted on.
    mutating func fixed32(_ field: Int, _ value: UInt32) {
        key(field, .fixed32)
        littleEndian(value)
    }

    mutating func littleEndian(_ value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    mutating func string(_ field: Int, _ value: String) {
        guard !value.isEmpty else { return }
        element(field, value)
    }

    /// Writes also an empty string: one element of a repeated field.
    mutating func element(_ field: Int, _ value: String) {
        lengthPrefix(field, byteCount: value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func bytes(_ field: Int, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        lengthPrefix(field, byteCount: value.count)
        bytes.append(contentsOf: value)
    }

    /// What stands before the content of a bytes field, when that travels in a buffer of its own.
    mutating func lengthPrefix(_ field: Int, byteCount: Int) {
        key(field, .lengthDelimited)
        varint(UInt64(byteCount))
    }

    /// Writes a message within the message, also an empty one.
    mutating func message(_ field: Int, _ content: (inout ProtobufWriter) -> Void) {
        key(field, .lengthDelimited)
        let start = bytes.count
        bytes.append(0)  // the length takes one byte for almost every message we have; others are moved
        content(&self)
        let byteCount = bytes.count - start - 1
        if byteCount < 0x80 {
            bytes[start] = UInt8(byteCount)
        } else {
            var length = ProtobufWriter()
            length.varint(UInt64(byteCount))
            bytes.replaceSubrange(start...start, with: length.bytes)
        }
    }

    mutating func fields(_ field: Int, _ values: [MeshField]) {
        for value in values {
            message(field) { writer in
                writer.string(1, value.name)
                writer.string(2, value.value)
            }
        }
    }
}

/// How a field's value is laid out.
enum ProtobufWireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
}
