public import Contracts

/// A place of the IANA time zone database, such as `Asia/Hong_Kong`.
///
/// Whether there is such a place is for the academic service to say; the form alone keeps out abbreviations, which name
/// several zones, and POSIX rules.
public struct TimeZoneName: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let utc = TimeZoneName(unchecked: "UTC")

    public static let rule = TextRule(
        3...60,
        pattern: "^(UTC|[A-Z][A-Za-z_-]+(/[A-Z][A-Za-z_-]+){1,2})$",
        example: "Asia/Hong_Kong"
    ) {
        text in
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlace =
            (2...3).contains(parts.count)
            && parts.allSatisfy { part in
                part.count >= 2 && part.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
                    && part.allSatisfy { byte in
                        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF) || "_-".utf8.contains(byte)
                    }
            }
        return isPlace || text == "UTC" ? nil : "Must be a time zone such as Asia/Hong_Kong, or UTC."
    }
}
