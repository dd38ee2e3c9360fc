public import Contracts
import HTTPTypes

/// Changes the caller's password and revokes all of their sessions, including this one, and their API keys.
public struct ChangePassword: ServiceOperation {
    public static let contract = Contract(
        "auth.password.change",
        .post("/auth/change-password"),
        access: .user,
        "Change the password and end all sessions and API keys",
        success: .noContent,
        errors: [.invalidCredentials, .accountLocked, .preconditionFailed],
        rate: .auth,
        idempotency: .notOffered,
        needsSession: true
    )
    public let currentPassword: GivenPassword
    public let newPassword: NewPassword
    public typealias Reply = SignedOutReply
}
