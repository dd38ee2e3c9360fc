/// The signed-in user on whose behalf a request is made, as the gateway verified it.
public struct Principal: Sendable, Hashable {
    public var userID: String
    /// The university; `nil` for someone who belongs to none.
    public var tenantID: String?
    public var sessionID: String
    public var role: String
    public var permissions: [String]

    public init(userID: String, tenantID: String?, sessionID: String, role: String, permissions: [String]) {
        self.userID = userID
        self.tenantID = tenantID
        self.sessionID = sessionID
        self.role = role
        self.permissions = permissions
    }
}
