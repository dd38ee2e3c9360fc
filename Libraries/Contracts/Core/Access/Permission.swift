/// A right that roles and API keys carry: `<what>:<do what>`, such as `academic:write`.
///
/// Code names those of the catalogue only; a service of another product describes its own.
public struct Permission: TextValue {
    public let text: String
    public init(unchecked text: String) { self.text = text }
    public static let rule = TextRule(3...60, pattern: "^(\\*|[a-z-]+):(\\*|[a-z-]+)$", example: "academic:write") {
        text in
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let isRight =
            parts.count == 2
            && parts.allSatisfy { part in
                part.elementsEqual("*".utf8)
                    || !part.isEmpty && part.allSatisfy { letters ~= $0 || $0 == UInt8(ascii: "-") }
            }
        return isRight ? nil : "Must look like forms:write."
    }

    /// Tells whether a role with this permission may do what `needed` names; `*` stands for anything.
    public func covers(_ needed: Permission) -> Bool {
        let mine = text.split(separator: ":")
        let theirs = needed.text.split(separator: ":")
        return mine.count == 2 && theirs.count == 2 && zip(mine, theirs).allSatisfy { $0 == "*" || $0 == $1 }
    }
}

// The permissions that contracts and handlers name; the catalogue says what each allows.
extension Permission {
    public static let moderateSocieties = Permission(unchecked: "societies:moderate")
    public static let readSessions = Permission(unchecked: "sessions:read")
    public static let readUsers = Permission(unchecked: "users:read")
    public static let writeAcademic = Permission(unchecked: "academic:write")
    public static let writeForms = Permission(unchecked: "forms:write")
    public static let writeIDPatterns = Permission(unchecked: "id-patterns:write")
    public static let writeProfileFieldMappings = Permission(unchecked: "profile-field-mappings:write")
    public static let writeUsers = Permission(unchecked: "users:write")

    /// Covers every permission, those of services of other products included.
    public static let everything = Permission(unchecked: "*:*")
}

extension Permission {
    /// A permission with its holders and meaning.
    public struct Entry: Sendable {
        public let permission: Permission
        /// The least role that carries it; `nil` for a scope, which lets an API key do what its owner does for
        /// themselves.
        public let role: Role?
        /// The allowed actions, as a phrase that begins with a verb.
        public let meaning: String

        fileprivate init(_ permission: Permission, _ role: Role?, _ meaning: String) {
            (self.permission, self.role, self.meaning) = (permission, role, meaning)
        }

        fileprivate init(scope: String, _ meaning: String) {
            self.init(Permission(unchecked: scope), nil, meaning)
        }
    }

    /// All permissions of the product: the rights that roles carry, then the scopes of API keys.
    ///
    /// The two never share a name, so a scope never grants a role's right.
    public static let catalogue: [Entry] = [
        Entry(.writeAcademic, .admin, "change universities, departments and programs"),
        Entry(.writeForms, .admin, "own every form of the university"),
        Entry(.writeIDPatterns, .admin, "read and change patterns of student numbers"),
        Entry(.writeProfileFieldMappings, .platformAdmin, "change the mappings of forms' fields to profiles"),
        Entry(.moderateSocieties, .moderator, "see, approve, suspend and archive societies, transfer presidencies"),
        Entry(.readUsers, .admin, "read accounts"),
        Entry(.writeUsers, .admin, "change the roles of accounts"),

        Entry(scope: "api-keys:read", "list the account's API keys"),
        Entry(scope: "api-keys:write", "end the key itself"),
        Entry(scope: "forms:read", "read forms and responses"),
        Entry(scope: "forms:use", "make, change and answer forms"),
        Entry(scope: "notifications:read", "read notifications"),
        Entry(scope: "notifications:write", "mark notifications as read"),
        Entry(scope: "profile:read", "read the profile"),
        Entry(scope: "profile:write", "change the profile"),
        Entry(scope: "profile-field-mappings:read", "read the mappings of forms' fields to profiles"),
        Entry(scope: "profile-updates:read", "list the updates of the profile that wait for approval"),
        Entry(scope: "profile-updates:write", "approve and reject updates of the profile"),
        Entry(scope: "realtime:connect", "open live connections"),
        Entry(.readSessions, nil, "list the account's sessions"),
        Entry(scope: "societies:read", "read societies, members and registrations"),
        Entry(scope: "societies:write", "found, change, join and leave societies"),
        Entry(scope: "student-ids:read", "check student numbers"),
    ]
}
