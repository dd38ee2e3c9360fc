public import Contracts

/// A person in a society.
public struct Member: Versioned, Equatable {
    public let userId: UserID
    /// In lists the person's name, unless the accounts cannot be asked or the account is gone; else `nil`.
    public let name: String?
    public let image: String?
    public let role: MemberRole
    public let joinedAt: Timestamp

    public init(userId: UserID, name: String?, image: String?, role: MemberRole, joinedAt: Timestamp) {
        self.userId = userId
        self.name = name
        self.image = image
        self.role = role
        self.joinedAt = joinedAt
    }

    public var etag: String { "\"\(joinedAt.microseconds)-\(role.rawValue)\"" }
}

/// A member's role in the society; there is exactly one president.
public enum MemberRole: String, ChoiceValue {
    case member
    /// An officer.
    case admin
    case president

    /// `true` if the role decides registrations and edits the society.
    public var isOfficer: Bool { self != .member }
}

/// The roles that are given by changing a member; the presidency is transferred.
public enum AssignableRole: String, ChoiceValue {
    case member
    case admin
}
