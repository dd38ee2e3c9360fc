/// A user's role on the platform; each role may do what the ones before it may, and more.
public enum Role: String, ChoiceValue {
    case student
    case moderator
    case admin
    case platformAdmin = "platform-admin"

    /// The permissions that the role carries, within the holder's university unless the role acts in all.
    public var permissions: [Permission] {
        guard self != .platformAdmin else { return [.everything] }
        let others = Self.allCases.drop { $0 != self }.dropFirst()
        return Permission.catalogue.filter { entry in entry.role.map { !others.contains($0) } ?? false }
            .map(\.permission)
    }

    /// Tells whether the role may do all that `other` may.
    public func includes(_ other: Role) -> Bool {
        other.permissions.allSatisfy { needed in permissions.contains { $0.covers(needed) } }
    }
}
