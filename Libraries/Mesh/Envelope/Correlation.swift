/// Which request of which session a reply answers: what the tags of replies cover besides the reply itself, so that an old or
/// misdirected reply is worth nothing.
struct Correlation: Equatable {
    let session: UInt64
    /// Ours is the request id in the SP header without its top bit, which marks the end of that header.
    let number: UInt32

    var context: [UInt8] {
        var writer = ProtobufWriter(capacity: 12)
        writer.littleEndian(session)
        writer.littleEndian(number)
        return writer.bytes
    }

    /// The SP header of a request.
    static func header(_ number: UInt32) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: (number | 1 << 31) >> UInt32($0)) }
    }

    /// The number at the end of an SP header, or `nil` for a header that does not end as it must.
    static func number(in header: [UInt8]) -> UInt32? {
        guard header.count >= 4, header.count % 4 == 0 else { return nil }
        let word = header.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
        return word >> 31 == 1 ? word & ~(1 << 31) : nil
    }
}
