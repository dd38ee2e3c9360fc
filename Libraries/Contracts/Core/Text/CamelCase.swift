extension StringProtocol {
    /// The text with its first letter in upper case.
    public var withCapital: String { prefix(1).uppercased() + dropFirst() }

    /// The text with its first letter in lower case.
    public var withoutCapital: String { prefix(1).lowercased() + dropFirst() }
}

extension Sequence where Element: StringProtocol {
    /// The words as one name in lower camel case, such as `createSociety`.
    public var camelCase: String { map(\.withCapital).joined().withoutCapital }
}
