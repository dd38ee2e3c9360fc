public import Contracts

/// What a client has once it is signed in.
public struct SignedIn: ContractObject, Equatable {
    public let user: User
    /// `nil` in cookie mode, where no script is to see it.
    public let accessToken: String?
    /// `nil` in cookie mode, where no script is to see it.
    public let refreshToken: String?
    public let tokenType: String
    /// How many seconds the access token is valid.
    public let expiresIn: Int
    /// What unsafe methods repeat in `X-CSRF-Token`; cookie mode only.
    public let csrfToken: String?

    public init(user: User, accessToken: String?, refreshToken: String?, expiresIn: Int, csrfToken: String? = nil) {
        self.user = user
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        tokenType = "Bearer"
        self.expiresIn = expiresIn
        self.csrfToken = csrfToken
    }
}

extension SignedIn: OperationReply {}

/// `SignedIn` with the headers that go beside it: cookies in cookie mode, the new account's place after registering.
public typealias SignedInReply = WithHeaders<SignedIn>

/// Nothing but the status, and headers that take the session's cookies away.
public typealias SignedOutReply = WithHeaders<NoContent>
