/// A `uuid`: sixteen bytes, first eight in `high`.
public struct PostgresUUID: PostgresValue, Hashable, Comparable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    /// Joins the two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Takes sixteen bytes; any other number gives `nil`.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads `8-4-4-4-12` hexadecimal digits of either case; anything else gives `nil`.
    public init?(_ text: String) {
        guard text.utf8.count == 36 else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for (index, character) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
                halves.high = halves.high << 4 | halves.low >> 60
                halves.low = halves.low << 4 | UInt64(digit)
            }
        }
        self.init(high: halves.high, low: halves.low)
    }

    /// The canonical form, in lower case, as PostgreSQL prints it.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return unsafe String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if [8, 12, 16, 20].contains(nibble) {
                    unsafe buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = nibble < 16 ? high : low
                unsafe buffer[position] = digits[Int(half >> (60 - 4 * UInt64(nibble % 16)) & 15)]
                position += 1
            }
            return position
        }
    }

    public static func < (one: PostgresUUID, other: PostgresUUID) -> Bool {
        (one.high, one.low) < (other.high, other.low)
    }

    public static var postgresType: PostgresType { .uuid }

    public func encode(into buffer: inout PostgresBuffer) {
        buffer.append(high)
        buffer.append(low)
    }

    public init(postgres bytes: PostgresBytes, type: PostgresType) throws {
        guard type == .uuid else { throw PostgresError.decoding("type \(type.oid) is not uuid") }
        self.init(high: try bytes.integer(), low: try bytes.integer(at: 8))
    }
}
