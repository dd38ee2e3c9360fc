public import Contracts

/// An API key as programs send it in `X-API-Key`.
public struct APIKeyText: SecretText {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    /// `rov_` and 256 bits in base64url: secret scanners know by the beginning a key that was published.
    public static let rule = TextRule(
        47...47,
        pattern: "^rov_[A-Za-z0-9_-]{43}$",
        example: "rov_q2hF5cVb0y6yJ7mQxw3nX8rK1tZ4uD9eLpGoAiSjNkM"
    ) { text in
        let isRight =
            text.hasPrefix("rov_") && text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_-".utf8.contains($0) }
        return isRight ? nil : "Must be an API key."
    }
}
