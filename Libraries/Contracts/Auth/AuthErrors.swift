public import Contracts
import HTTPTypes

extension ErrorCode {
    public static let emailTaken = ErrorCode("EMAIL_TAKEN", .conflict, "There is an account with this address already.")
    public static let invalidCredentials = ErrorCode(
        "INVALID_CREDENTIALS",
        .unauthorized,
        "The address or the password is not right."
    )
    public static let accountLocked = ErrorCode(
        "ACCOUNT_LOCKED",
        .tooManyRequests,
        "Too many failed attempts from here; try again later."
    )
    public static let tokenReused = ErrorCode(
        "TOKEN_REUSED",
        .unauthorized,
        "This refresh token was used before, so its session was ended. Sign in again."
    )
    public static let profileVersionConflict = ErrorCode(
        "VERSION_CONFLICT",
        .conflict,
        "It was changed in the meantime; read it again first."
    )
}
