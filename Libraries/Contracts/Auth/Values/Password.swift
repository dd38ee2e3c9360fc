public import Contracts

/// A password that someone chooses, 12 to 128 characters; whether it is a common one, the service decides.
public struct NewPassword: SecretText {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(12...128, format: "password", example: "nine lively herons dance")
}

/// A password as it is typed to sign in; older accounts may have a shorter one than is accepted now.
public struct GivenPassword: SecretText {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(1...128, format: "password", example: "nine lively herons dance")
}

/// A refresh token as a client sends it; any other text is simply no valid token.
public struct RefreshToken: SecretText {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(1...256, example: "q2hF5cVb0y6yJ7mQxw3nX8rK1tZ4uD9eLpGoAiSjNkM")
}

/// A text that no log and no error message may show.
public protocol SecretText: TextValue {}

extension SecretText {
    public var description: String { "redacted" }
}
