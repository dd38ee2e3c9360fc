import Foundation

/// An e-mail address; two addresses are equal when their folded forms are.
///
/// A plain address is stored as typed. An internationalised one (RFC 6531) is stored in the form that comparisons use:
/// the domain in its ASCII form, the local part in normalization form C and lower case.
public struct EmailAddress: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }

    /// The address for comparing and for uniqueness: lower case throughout.
    ///
    /// Dots and plus tags stay, since only the receiving server knows what they mean.
    public var folded: String { text.lowercased() }

    /// What follows the `@`, folded.
    public var domain: String { folded.split(separator: "@").last.map(String.init) ?? "" }

    public static func == (left: Self, right: Self) -> Bool { left.folded.hasSameBytes(as: right.folded) }
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    public static let rule = TextRule(
        3...254,
        format: "idn-email",
        pattern: #"^[^\s\x00-\x20"(),:;<>@\[\\\]\x7F]{1,64}@(\#(label)\.)+\#(label)$"#,
        example: "ada@uni.example"
    ) { isAddress($0) ? nil : "Must be an e-mail address such as name@uni.example." }

    /// Letters and digits of any script, with hyphens between them.
    private static let label = #"\#(letter)([^\s\x00-,./:-@\[-`{-\x7F]{0,61}\#(letter))?"#
    private static let letter = #"[^\s\x00-/:-@\[-`{-\x7F]"#

    public static func normalized(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isASCII), text.utf8.count <= 4 * rule.length.upperBound,
            let at = text.utf8.lastIndex(of: UInt8(ascii: "@")),
            let domain = DomainName.ascii(String(text[text.index(after: at)...]))
        else { return text }
        return folded(mailbox: text[..<at]) + "@" + domain
    }

    private static func folded(mailbox: Substring) -> String {
        if mailbox.utf8.allSatisfy(isASCII) { return mailbox.lowercased() }
        let folded = String(mailbox).precomposedStringWithCanonicalMapping.lowercased()
        return folded.precomposedStringWithCanonicalMapping  // a capital letter's small one may compose further
    }

    /// The form that HTML's e-mail field accepts, with at least two labels in the domain, and letters, digits and their
    /// marks of any script before the `@`.
    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= rule.length.upperBound else { return false }
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count) else { return false }
        guard Substring(parts[0]).unicodeScalars.allSatisfy(isMailboxScalar) else { return false }
        let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isASCII(_ byte: UInt8) -> Bool { byte < 0x80 }

    private static func isMailboxScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            return byte.isASCIILetterOrDigit || ".!#$%&'*+/=?^_`{|}~-".utf8.contains(byte)
        }
        guard !scalar.properties.isDefaultIgnorableCodePoint else { return false }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
