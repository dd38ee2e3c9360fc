public import Contracts

/// Gives an account another role, and ends its sessions where that may do less than the one before.
public struct SetUserRole: ServiceOperation {
    public static let contract = Contract(
        "auth.users.set-role",
        .put("/users/{id}/role"),
        access: .permission(.writeUsers),
        "Give an account another role",
        errors: [.notFound, .invalidState, .preconditionFailed]
    )
    public let id: UserID
    public let role: Role
    public typealias Reply = User
}
