public import Contracts
import OpenSSL

/// What a token for a live connection says; the names are those of Centrifugo's connection JWT.
public struct RealtimeClaims: Sendable, Equatable {
    /// The user's id; empty for nobody.
    public var subject: String
    /// The session whose end closes the connection; tokens of other makers have none.
    public var session: String?
    /// In seconds since 1970.
    public var issuedAt: Int?
    /// In seconds since 1970; `nil` for a connection that needs no new token.
    public var expiresAt: Int?

    public init(subject: String, session: String?, issuedAt: Int?, expiresAt: Int?) {
        self.subject = subject
        self.session = session
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}

/// Issues and checks tokens for live connections: JWT with HMAC-SHA-256 (RFC 7518 §3.2) under a key of their own, so that
/// none of them is an access token and no access token one of them.
public struct RealtimeTokens: Sendable {
    private let authenticator: HMACSHA256

    /// - Parameter key: 32 random bytes or more.
    public init(key: [UInt8]) {
        precondition(key.count >= 32, "A key for HS256 has 32 bytes or more")
        authenticator = HMACSHA256(key: key)
    }

    /// The signed token.
    public func issue(_ claims: RealtimeClaims) -> String {
        var payload = JSONObject([("sub", .string(claims.subject))])
        if let session = claims.session { payload["sid"] = .string(session) }
        if let issuedAt = claims.issuedAt { payload["iat"] = .integer(issuedAt) }
        if let expiresAt = claims.expiresAt { payload["exp"] = .integer(expiresAt) }
        return CompactToken.make(algorithm: "HS256", payload: payload) { authenticator.authenticationCode(for: $0) }
    }

    /// Checks a token.
    ///
    /// - Parameters:
    ///   - token: As the client sent it.
    ///   - now: In seconds since 1970.
    /// - Throws: `TokenError.expired` and `.notYetValid`, with which a client gets a new token and tries again; everything
    ///   else is final.
    public func verify(
        _ token: String,
        now: Int = Timestamp.now().secondsSince1970
    ) throws(TokenError) -> RealtimeClaims {
        let token = try CompactToken(token)
        guard token.header["alg"] == "HS256" else { throw .wrongAlgorithm }
        guard authenticator.isValid(token.signature, for: token.signedBytes) else { throw .badSignature }
        // A token for one channel does not open a connection.
        guard let subject = token.text("sub"), token.payload["channel"] == nil,
            token.payload["exp"] == nil || token.time("exp") != nil
        else { throw .wrongClaims }
        if let expiresAt = token.time("exp"), now >= expiresAt { throw .expired }
        if let notBefore = token.time("nbf"), now < notBefore { throw .notYetValid }
        return RealtimeClaims(
            subject: subject,
            session: token.text("sid"),
            issuedAt: token.time("iat"),
            expiresAt: token.time("exp")
        )
    }
}
