public import Contracts

/// A domain of mail addresses, in lower case.
///
/// It stands for its subdomains too: `hku.example` for `cs.hku.example`.
public struct MailDomain: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    /// ASCII alone: the Kelvin sign is no `k`, although its small letter is.
    public static func normalized(_ text: String) -> String {
        text.utf8.contains { $0 > 0x7F } ? text : text.lowercased()
    }

    public static let rule = TextRule(
        3...253,
        pattern: "^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        example: "uni.example"
    ) { text in
        // Two labels at least: one alone would be a top-level domain, and so everybody under it.
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isRight =
            labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                    && label.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") }
            }
        return isRight ? nil : "Must be a domain such as uni.example."
    }

    /// The domain and those that it is part of, the most specific first, down to two labels.
    public var suffixes: [MailDomain] {
        let labels = text.split(separator: ".")
        return (0..<max(1, labels.count - 1)).map { MailDomain(unchecked: labels[$0...].joined(separator: ".")) }
    }
}
