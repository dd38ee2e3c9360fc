/// The scopes that let API keys do what their owners do for themselves.
///
/// A session needs none: scopes only limit what a key may do with its owner's own data. Roles' permissions grant
/// everything beyond that.
public enum AccountScope {
    /// Reads the account itself; every key has it.
    public static let ofEveryKey = Permission(unchecked: "account:read")

    /// Every scope that a key can be given.
    public static let catalogue = Permission.catalogue.filter { $0.role == nil }.map(\.permission)

    /// The catalogue's scope for the first part of a route's path; `nil` if the catalogue has none.
    ///
    /// A write needs `write`, or `use` where `write` is a role's permission; a live connection needs `connect`.
    static func derived(from route: Route?, isRead: Bool) -> Permission? {
        guard let subject = route?.template.split(separator: "/").first else { return nil }
        let verbs = isRead ? ["read"] : ["write", "use", "connect"]
        return verbs.lazy.map { "\(subject):\($0)" }
            .compactMap { name in catalogue.first { $0.text.hasSameBytes(as: name) } }.first
    }
}

extension Contract {
    /// The permission that an API key needs to act here for its owner; `nil` if no key may.
    public var keyScope: Permission? {
        switch access {
        case .permission(let permission): needsSession ? nil : permission
        case .user, .everyone: scope
        case .services: nil
        }
    }

    /// Tells whether an API key acts here for its owner.
    ///
    /// Otherwise the key is anonymous where anyone may call, and refused elsewhere. An operation that needs a role's
    /// permission asks for that permission instead.
    ///
    /// - Parameter permissions: The key's scopes that its owner also has.
    /// - Returns: `false` if the operation needs a session, or the key has neither the scope nor its subject's `write`.
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
