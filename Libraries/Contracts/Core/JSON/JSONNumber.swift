/// What a number must be so that it can be stored and read back.
enum JSONNumber {
    /// The longest number, in characters.
    static let maximumLength = 64

    /// Whether a number is within a double's range and short, as it was written and as `jsonb` writes it.
    ///
    /// `jsonb` keeps decimals without an exponent, so that `1e70` comes back as 71 digits.
    ///
    /// - Parameter text: A number as JSON's grammar has it.
    /// - Returns: Whether it can be stored.
    static func isStorable(_ text: String) -> Bool {
        guard text.utf8.count <= maximumLength, let value = Double(text), value.isFinite else { return false }
        return expandedLength(text) <= maximumLength
    }

    /// How long a number is without its exponent; leading and trailing zeros count.
    private static func expandedLength(_ text: String) -> Int {
        let parts = text.utf8.split(whereSeparator: { $0 | 0x20 == UInt8(ascii: "e") })
        guard parts.count == 2 else { return text.utf8.count }
        guard let exponent = Int(Substring(parts[1])), (-1_000...1_000).contains(exponent) else { return .max }
        let decimals = parts[0].split(separator: UInt8(ascii: "."))
        let sign = parts[0].first == UInt8(ascii: "-") ? 1 : 0
        let whole = max(1, (decimals.first?.count ?? 1) - sign + exponent)
        let fraction = max(0, (decimals.count > 1 ? decimals[1].count : 0) - exponent)
        return sign + whole + (fraction > 0 ? 1 + fraction : 0)
    }
}

extension JSONValue {
    /// Whether every text and number within can be stored: no NUL, and numbers as `JSONNumber` has them.
    var isStorable: Bool {
        switch self {
        case .null, .bool: true
        case .number(let text): JSONNumber.isStorable(text)
        case .string(let text), .parameter(let text): !text.utf8.contains(0)
        case .array(let elements): elements.allSatisfy(\.isStorable)
        case .object(let object): object.members.allSatisfy(\.value.isStorable)
        }
    }

    /// Records each text and number within that cannot be stored, at its place.
    ///
    /// - Returns: Whether there was none.
    func checkStorable(_ reader: ContractReader) -> Bool {
        guard !isStorable else { return true }
        reportUnstorable(reader)
        return false
    }

    private func reportUnstorable(_ reader: ContractReader) {
        switch self {
        case .null, .bool: break
        case .number: if !isStorable { reader.failNumber() }
        case .string, .parameter: if !isStorable { reader.failNUL() }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                reader.inside(String(index)) { element.reportUnstorable(reader) }
            }
        case .object(let object):
            for (name, value) in object.members { reader.inside(name) { value.reportUnstorable(reader) } }
        }
    }
}

extension ContractReader {
    func failNumber() {
        fail(
            .outOfRange,
            "Must be a number of at most \(JSONNumber.maximumLength) digits, written without an exponent."
        )
    }

    func failNUL() { fail(.badFormat, "Must not contain the character NUL.") }
}
