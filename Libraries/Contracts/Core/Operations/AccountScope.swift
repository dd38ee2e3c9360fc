/// The scopes with which API keys do what their owners do for themselves.
///
/// A session needs none of them: they only bound what a key may do of its owner's own. Roles' permissions say what someone
/// may do beyond that; the two never share a name, so a scope never gives the right of a role.
public enum AccountScope {
    /// Reads the account itself; every key has it.
    public static let ofEveryKey: Permission = "account:read"

    /// Every scope that a key can be given.
    public static let catalogue: [Permission] = [
        "api-keys:read", "api-keys:write",
        "forms:read", "forms:use",
        "notifications:read", "notifications:write",
        "profile:read", "profile:write",
        "profile-field-mappings:read",
        "profile-updates:read", "profile-updates:write",
        "realtime:connect",
        "sessions:read",
        "societies:read", "societies:write",
        "student-ids:read",
    ]

    /// The scope of the catalogue for the first part of a route's path; `nil` where the catalogue has none.
    ///
    /// What changes something takes `write`; where that is a role's permission, `use`; for a live connection, `connect`.
    static func derived(from route: Route?, isRead: Bool) -> Permission? {
        guard let subject = route?.template.split(separator: "/").first else { return nil }
        let verbs = isRead ? ["read"] : ["write", "use", "connect"]
        return verbs.lazy.map { "\(subject):\($0)" }
            .compactMap { name in catalogue.first { $0.text.hasSameBytes(as: name) } }.first
    }
}

extension Contract {
    /// What an API key needs to act here for its owner; `nil` where no key does.
    public var keyScope: Permission? {
        switch access {
        case .permission(let permission): needsSession ? nil : permission
        case .user, .everyone: scope
        case .services: nil
        }
    }

    /// Whether an API key acts here for its owner.
    ///
    /// Where anyone may call, a key that does not is anonymous; elsewhere it is refused. What takes a role's permission asks
    /// for that permission instead.
    ///
    /// - Parameter permissions: The key's scopes, as far as its owner has them.
    /// - Returns: `false` for what takes a session, and without the scope or a `write` of the same subject.
    public func admitsKey(with permissions: [Permission]) -> Bool {
        if needsSession { return false }
        switch access {
        case .services, .permission: return true
        case .user, .everyone:
            guard let scope else { return false }
            guard scope != AccountScope.ofEveryKey else { return true }
            let whole = Permission(unchecked: scope.text.prefix { $0 != ":" } + ":write")
            return permissions.contains { $0.covers(scope) || $0.covers(whole) }
        }
    }
}
