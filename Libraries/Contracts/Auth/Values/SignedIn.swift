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

/// `SignedIn` with the headers that go beside it: cookies in cookie mode, the new account's place after registering.
public struct SignedInReply: ReplyWithHeaders {
    public let value: SignedIn
    public let headers: [(String, String)]

    public init(_ value: SignedIn, headers: [(String, String)] = []) {
        self.value = value
        self.headers = headers
    }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { value.body(trimmedTo: fields) }
    public static func read(body: [UInt8]) throws -> SignedInReply { SignedInReply(try SignedIn.read(body: body)) }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? {
        SignedIn.bodySchema(&components)
    }
}

extension SignedIn: OperationReply {}

/// Nothing but the status, and headers that take the session's cookies away.
public struct SignedOutReply: ReplyWithHeaders {
    public let headers: [(String, String)]

    public init(headers: [(String, String)] = []) { self.headers = headers }

    public func body(trimmedTo fields: Set<String>?) -> [UInt8] { [] }
    public static func read(body: [UInt8]) throws -> SignedOutReply { SignedOutReply() }
    public static func bodySchema(_ components: inout SchemaComponents) -> JSONValue? { nil }
}
