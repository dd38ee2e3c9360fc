/// The `data` members of a client's command: any JSON of the client's own, passed on without validation.
///
/// So a number beyond a double's range, a duplicate name, or a depth that our own reader refuses is not a protocol
/// error.
enum OpaqueData {
    /// Replaces the command's data with `null`.
    ///
    /// - Returns: The command unchanged if it has no data, or is not JSON.
    static func removed(from command: [UInt8]) -> [UInt8] {
        guard mayHaveData(command) else { return command }
        var walker = Walker(command)
        guard walker.walk(), !walker.opaque.isEmpty else { return command }
        var rest: [UInt8] = []
        var start = 0
        for range in walker.opaque {
            rest += command[start..<range.lowerBound]
            rest += Array("null".utf8)
            start = range.upperBound
        }
        return rest + command[start...]
    }

    private static let name = Array("\"data\"".utf8)

    private static func mayHaveData(_ command: [UInt8]) -> Bool {
        command.indices.contains { command[$0] == name[0] && command[$0...].starts(with: name) }
    }

    /// Walks through a JSON text by its grammar (RFC 8259), without recursion, and notes the ranges of data.
    private struct Walker {
        /// Ranges of `data` values: members of the command's methods.
        private(set) var opaque: [Range<Int>] = []
        private let bytes: [UInt8]
        private var position = 0
        /// The unclosed opening brackets.
        private var open: [UInt8] = []

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// - Returns: `true` if the text is JSON.
        mutating func walk() -> Bool {
            var dataStart: Int?
            while true {
                skipSpace()
                // The value of a member two objects deep.
                if open.count == 2, dataStart == nil, isData { dataStart = position }
                isData = false
                guard begin() else { return false }
                guard isValueComplete else { continue }
                guard finish(&dataStart) else { return false }
                if open.isEmpty {
                    skipSpace()
                    return position == bytes.count
                }
            }
        }

        /// Tells whether the next member is called `data`.
        private var isData = false
        /// Tells whether the last token was a whole value rather than an opening bracket.
        private var isValueComplete = false

        private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

        private mutating func skipSpace() {
            while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard current == byte else { return false }
            position += 1
            return true
        }

        /// Reads a value, or its opening bracket and first name.
        private mutating func begin() -> Bool {
            isValueComplete = true
            switch current {
            case UInt8(ascii: "{"):
                position += 1
                skipSpace()
                if take(UInt8(ascii: "}")) { return true }
                open.append(UInt8(ascii: "{"))
                isValueComplete = false
                return memberName()
            case UInt8(ascii: "["):
                position += 1
                skipSpace()
                if take(UInt8(ascii: "]")) { return true }
                open.append(UInt8(ascii: "["))
                isValueComplete = false
                return true
            case UInt8(ascii: "\""): return string()
            default: return scalar()
            }
        }

        /// Closes brackets after a value, up to the next value's start.
        private mutating func finish(_ dataStart: inout Int?) -> Bool {
            while let bracket = open.last {
                if open.count == 2, let start = dataStart {
                    opaque.append(start..<position)
                    dataStart = nil
                }
                skipSpace()
                if take(UInt8(ascii: ",")) {
                    skipSpace()
                    return bracket == UInt8(ascii: "[") || memberName()
                }
                guard take(bracket == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
                open.removeLast()
            }
            return true
        }

        private mutating func memberName() -> Bool {
            let start = position
            guard current == UInt8(ascii: "\""), string() else { return false }
            isData = open.count == 2 && open[0] == UInt8(ascii: "{") && bytes[start..<position].elementsEqual(name)
            skipSpace()
            return take(UInt8(ascii: ":"))
        }

        private mutating func string() -> Bool {
            position += 1
            while let byte = current, byte >= 0x20 {
                position += 1
                if byte == UInt8(ascii: "\"") { return true }
                guard byte == UInt8(ascii: "\\") else { continue }
                guard let escape = current else { return false }
                position += 1
                if escape == UInt8(ascii: "u") {
                    guard bytes[position...].prefix(4).count(where: \.isHexadecimal) == 4 else { return false }
                    position += 4
                } else if !"\"\\/bfnrt".utf8.contains(escape) {
                    return false
                }
            }
            return false
        }

        /// Reads a word or a number.
        private mutating func scalar() -> Bool {
            let start = position
            while let byte = current, byte.isScalarByte { position += 1 }
            let text = bytes[start..<position]
            if ["true", "false", "null"].contains(where: { text.elementsEqual($0.utf8) }) { return true }
            return Self.isNumber(text)
        }

        private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
            var rest = text
            func digits() -> Bool {
                let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
                rest = rest.dropFirst(count)
                return count > 0
            }
            if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            if rest.first == UInt8(ascii: "0") { rest.removeFirst() } else if !digits() { return false }
            if rest.first == UInt8(ascii: ".") {
                rest.removeFirst()
                guard digits() else { return false }
            }
            if let sign = rest.first, sign | 0x20 == UInt8(ascii: "e") {
                rest.removeFirst()
                if let sign = rest.first, "+-".utf8.contains(sign) { rest.removeFirst() }
                guard digits() else { return false }
            }
            return rest.isEmpty
        }
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// Tells whether the byte may occur in a word or a number.
    fileprivate var isScalarByte: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "+-.".utf8.contains(self)
        }
    }
}
