/// Where a value writes itself in PostgreSQL's binary format.
public struct PostgresBuffer: Sendable {
    private(set) var bytes: [UInt8] = []

    /// Starts empty.
    public init() {}

    /// Appends an integer, most significant byte first, as the protocol orders them.
    public mutating func append(_ integer: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: integer.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends bytes as they are.
    public mutating func append(contentsOf other: some Sequence<UInt8>) {
        bytes.append(contentsOf: other)
    }

    /// Appends a string's UTF-8, which is a text's binary format.
    public mutating func append(utf8 string: String) {
        bytes.append(contentsOf: string.utf8)
    }

    /// Appends what `body` writes, preceded by its length in four bytes, as arrays and composites hold their parts.
    mutating func appendWithLength(_ body: (inout PostgresBuffer) -> Void) {
        let start = bytes.count
        append(Int32(0))
        body(&self)
        let length = UInt32(truncatingIfNeeded: bytes.count - start - 4)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
    }
}
