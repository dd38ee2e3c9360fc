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
        let word = number | 1 << 31
        return [
            UInt8(truncatingIfNeeded: word >> 24), UInt8(truncatingIfNeeded: word >> 16),
            UInt8(truncatingIfNeeded: word >> 8), UInt8(truncatingIfNeeded: word),
        ]
    }

    /// The number at the end of an SP header, or `nil` for a header that does not end as it must.
    static func number(in header: [UInt8]) -> UInt32? {
        guard header.count >= 4, header.count % 4 == 0 else { return nil }
        var word: UInt32 = 0
        for index in (header.count - 4)..<header.count { word = word << 8 | UInt32(header[index]) }
        return word >> 31 == 1 ? word & ~(1 << 31) : nil
    }
}
