public import Contracts

/// Reads fields of the profile of the user on whose behalf the call is made, for filling a form.
public struct GetProfileFields: ServiceOperation {
    public static let contract = Contract(
        "auth.profile.get-fields",
        access: .services,
        callers: ["forms"],
        "Read fields of a profile"
    )
    /// Profile fields by name, and `custom.<key>`.
    public let paths: [ProfilePath]
    public typealias Reply = ProfileValues

    public init(paths: [ProfilePath]) { self.paths = paths }
}

/// Values of a profile at one revision.
public struct ProfileValues: ContractObject, OperationReply, Equatable {
    public let revision: Int
    /// One member for each path asked for; `null` where nothing was ever said.
    public let values: [String: JSONValue]

    public init(revision: Int, values: [String: JSONValue]) {
        self.revision = revision
        self.values = values
    }
}

/// The place of a value in a profile: a field's name, or `custom.` and a key.
public struct ProfilePath: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(
        1...60,
        pattern: "^([A-Za-z]+|custom\\.[A-Za-z0-9][A-Za-z0-9._-]*)$",
        example: "firstName"
    ) {
        text in
        let isRight = text.hasPrefix(prefix) ? Code(String(text.dropFirst(prefix.count))) != nil : names.contains(text)
        return isRight ? nil : "Must be the name of a profile field, or custom. and a key."
    }

    private static let prefix = "custom."

    /// The key below `custom`, or `nil` for a fixed field.
    public var customKey: String? { text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : nil }

    /// The names of the fixed fields.
    public static let names: Set<String> = {
        var components = SchemaComponents()
        return Set(ProfileFields.fields(&components).map(\.name)).subtracting(["custom"])
    }()
}
