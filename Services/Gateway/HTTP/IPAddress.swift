/// An IP address; an IPv4 one is kept as it is mapped into IPv6, so that `::ffff:10.0.0.1` is `10.0.0.1`.
struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the usual forms of both kinds (RFC 4291 §2.2).
    init?(_ text: String) {
        if let address = Self.version4(Substring(text)) {
            self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address))
            return
        }
        guard let groups = Self.groups(text) else { return nil }
        self.init(high: Self.joined(groups[..<4]), low: Self.joined(groups[4...]))
    }

    /// Reads four decimal numbers up to 255, none with a leading zero.
    private static func version4(_ text: Substring) -> UInt32? {
        var address: UInt32 = 0
        var dots = 0
        var number: UInt32?  // `nil` before its first digit
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard number != 0 else { return nil }
                let next = (number ?? 0) * 10 + UInt32(byte - UInt8(ascii: "0"))
                guard next <= 255 else { return nil }
                number = next
            case UInt8(ascii: "."):
                guard let part = number, dots < 3 else { return nil }
                address = address << 8 | part
                dots += 1
                number = nil
            default: return nil
            }
        }
        guard let part = number, dots == 3 else { return nil }
        return address << 8 | part
    }

    /// The eight groups of an IPv6 address, whose one `::` stands for the zeros that are missing.
    private static func groups(_ text: String) -> [UInt16]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), let head = list(halves[0]),
            let tail = list(halves.count == 2 ? halves[1] : "")
        else { return nil }
        let missing = 8 - head.count - tail.count
        guard halves.count == 2 ? missing > 0 : missing == 0 else { return nil }
        return head + [UInt16](repeating: 0, count: missing) + tail
    }

    private static func list(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let address = version4(part) {
                groups += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func joined(_ groups: ArraySlice<UInt16>) -> UInt64 { groups.reduce(0) { $0 << 16 | UInt64($1) } }

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text (RFC 5952), except that of several equally long runs of zeros any may be shortened.
    var description: String {
        if isIPv4 { return "\(low >> 24 & 255).\(low >> 16 & 255).\(low >> 8 & 255).\(low & 255)" }
        let groups = [high, low].flatMap { half in
            stride(from: 48, through: 0, by: -16).map { half >> UInt64($0) & 0xFFFF }
        }
        let runs = groups.indices.map { start in start..<(groups[start...].firstIndex { $0 != 0 } ?? groups.count) }
        let longest = runs.max { $0.count < $1.count } ?? 0..<0
        guard longest.count > 1 else { return Self.text(groups[...]) }
        return Self.text(groups[..<longest.lowerBound]) + "::" + Self.text(groups[longest.upperBound...])
    }

    private static func text(_ groups: ArraySlice<UInt64>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
}
