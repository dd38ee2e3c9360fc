public import Contracts

/// Begins a session.
///
/// An unknown address and a wrong password get the same answer in about the same time.
public struct LogIn: ServiceOperation {
    public static let contract = Contract(
        "auth.login",
        .post("/auth/login"),
        access: .everyone,
        "Log in",
        errors: [.invalidCredentials, .accountLocked],
        rate: .auth,
        idempotency: .notOffered
    )
    public let email: EmailAddress
    public let password: GivenPassword
    /// `true` if the tokens go into HTTP-only cookies instead of the body.
    public let cookie: Bool?
    public typealias Reply = SignedInReply

    public init(email: EmailAddress, password: GivenPassword, cookie: Bool? = nil) {
        self.email = email
        self.password = password
        self.cookie = cookie
    }
}
