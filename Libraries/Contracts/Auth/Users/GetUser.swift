public import Contracts

/// Reads the caller's own account.
public struct GetOwnUser: ServiceOperation {
    public static let contract = Contract(
        "auth.users.me",
        .get("/users/me"),
        access: .user,
        "Read the caller's account",
        scope: AccountScope.ofEveryKey
    )
    public typealias Reply = User
}

/// Reads an account: one's own, or as an administrator.
public struct GetUser: ServiceOperation {
    public static let contract = Contract(
        "auth.users.get",
        .get("/users/{id}"),
        access: .user,
        "Read an account",
        errors: [.notFound],
        scope: .readUsers
    )
    public let id: UserID
    public typealias Reply = User
}
