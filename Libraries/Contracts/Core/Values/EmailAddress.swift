/// An e-mail address, kept as it was typed; two addresses are equal when their folded forms are.
public struct EmailAddress: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }

    /// The address for comparing and for uniqueness: lower case throughout.
    ///
    /// Dots and plus tags stay, since only the receiving server knows what they mean.
    public var folded: String { text.lowercased() }

    /// What follows the `@`, folded.
    public var domain: String { folded.split(separator: "@").last.map(String.init) ?? "" }

    public static func == (left: Self, right: Self) -> Bool { left.folded == right.folded }
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    public static let rule = TextRule(
        3...254,
        format: "email",
        pattern:
            "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        example: "ada@uni.example"
    ) { isAddress($0) ? nil : "Must be an e-mail address such as name@uni.example." }

    /// The form that HTML's e-mail field accepts, with at least two labels in the domain.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count) else { return false }
        let punctuation = ".!#$%&'*+/=?^_`{|}~-".utf8
        guard parts[0].allSatisfy({ $0.isASCIILetterOrDigit || punctuation.contains($0) }) else { return false }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
            }
    }
}
