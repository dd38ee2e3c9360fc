public import Contracts

/// Gives an account another role. Sessions end where the new role may do less than the old one.
public struct SetUserRole: ServiceOperation {
    public static let contract = Contract(
        "auth.users.set-role",
        .put("/users/{id}/role"),
        access: .permission("users:write"),
        "Gives an account another role",
        errors: [.notFound, .invalidState]
    )
    public let id: UserID
    public let role: Role
    public typealias Reply = User

    public init(id: UserID, role: Role) {
        self.id = id
        self.role = role
    }
}
