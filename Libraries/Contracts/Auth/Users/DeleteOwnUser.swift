public import Contracts
import HTTPTypes

/// Deletes the caller's account, ends all access to it, and has every service erase what it holds on the caller.
public struct DeleteOwnUser: ServiceOperation {
    public static let contract = Contract(
        "auth.users.delete-own",
        .delete("/users/me"),
        access: .user,
        "Delete the caller's account and personal data",
        success: .accepted,
        errors: [.invalidCredentials, .accountLocked, .invalidState, .preconditionFailed],
        rate: .auth,
        isIdempotent: false,
        needsSession: true
    )
    public let password: GivenPassword
    public typealias Reply = SignedOutReply
}

/// A person deleted their account: services that hold anything on them erase it, or keep it under an id that names nobody.
public struct UserErased: ServiceEvent, Equatable {
    public static let type = "auth.user.erased"
    public static let producer = "auth"
    public let userId: UserID
    public var aggregate: String { userId.description }

    public init(userId: UserID) { self.userId = userId }
}
