public import Contracts
import OpenSSL

/// What an access token says about its bearer.
public struct AccessTokenClaims: Sendable, Equatable {
    /// The user's id.
    public var subject: String
    public var session: String
    /// The university; `nil` for an account without one.
    public var tenant: String?
    public var email: String
    public var role: String
    public var permissions: [String]
    /// In seconds since 1970.
    public var issuedAt: Int
    /// In seconds since 1970; from then on the token is expired.
    public var expiresAt: Int
    public var issuer: String
    public var audience: String

    public init(
        subject: String,
        session: String,
        tenant: String?,
        email: String,
        role: String,
        permissions: [String],
        issuedAt: Int,
        expiresAt: Int,
        issuer: String,
        audience: String
    ) {
        self.subject = subject
        self.session = session
        self.tenant = tenant
        self.email = email
        self.role = role
        self.permissions = permissions
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.issuer = issuer
        self.audience = audience
    }
}

/// Signs access tokens: JWT (RFC 7519) with EdDSA over Ed25519 (RFC 8037).
public struct TokenIssuer: Sendable {
    private let key: SigningKey

    public init(key: SigningKey) { self.key = key }

    /// The signed token.
    ///
    /// - Parameter claims: All of them, times and issuer included.
    public func issue(_ claims: AccessTokenClaims) throws -> String {
        let payload = JSONObject([
            ("sub", .string(claims.subject)),
            ("sid", .string(claims.session)),
            ("tid", claims.tenant.map { .string($0) } ?? .null),
            ("email", .string(claims.email)),
            ("role", .string(claims.role)),
            ("permissions", .array(claims.permissions.map { .string($0) })),
            ("iat", .integer(claims.issuedAt)),
            ("exp", .integer(claims.expiresAt)),
            ("iss", .string(claims.issuer)),
            ("aud", .string(claims.audience)),
        ])
        return try CompactToken.make(algorithm: "EdDSA", keyID: key.id, payload: payload) {
            try key.key.signature(for: $0)
        }
    }
}

/// Checks access tokens. It decides alone which algorithm is right: what a token's header asks for is never followed.
public struct TokenVerifier: Sendable {
    public let keys: VerificationKeys
    public let issuer: String
    public let audience: String
    /// How far the issuer's clock and ours may differ.
    public let clockSkew: Int

    /// - Parameters:
    ///   - keys: Those that may have signed.
    ///   - issuer: What `iss` must be.
    ///   - audience: What `aud` must be or contain.
    ///   - clockSkew: In seconds.
    public init(keys: VerificationKeys, issuer: String, audience: String, clockSkew: Int = 60) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.clockSkew = clockSkew
    }

    /// Checks a token's form, signature, times, issuer and audience, in this order.
    ///
    /// - Parameters:
    ///   - token: As it stood after `Bearer`.
    ///   - now: In seconds since 1970.
    /// - Returns: What it says.
    public func verify(
        _ token: String,
        now: Int = Timestamp.now().secondsSince1970
    ) throws(TokenError) -> AccessTokenClaims {
        let token = try CompactToken(token)
        guard token.header["alg"] == "EdDSA" else { throw .wrongAlgorithm }
        guard let id = token.header["kid"]?.stringValue else { throw .malformed }
        guard let key = keys[id] else { throw .unknownKey(id) }
        guard token.signature.count == 64, key.isValid(token.signature, for: token.signedBytes) else {
            throw .badSignature
        }
        let claims = try claims(of: token)
        guard now < claims.expiresAt + clockSkew else { throw .expired }
        guard claims.issuedAt <= now + clockSkew, token.time("nbf") ?? 0 <= now + clockSkew else { throw .notYetValid }
        return claims
    }

    private func claims(of token: CompactToken) throws(TokenError) -> AccessTokenClaims {
        guard token.text("iss") == issuer else { throw .wrongIssuer }
        let audiences = token.payload["aud"]?.arrayValue ?? token.payload["aud"].map { [$0] } ?? []
        guard audiences.contains(.string(audience)) else { throw .wrongAudience }
        guard let subject = token.text("sub"), let session = token.text("sid"), let email = token.text("email"),
            let role = token.text("role"), let issuedAt = token.time("iat"), let expiresAt = token.time("exp"),
            let values = token.payload["permissions"]?.arrayValue
        else { throw .wrongClaims }
        let permissions = values.compactMap(\.stringValue)
        let tenant = token.text("tid")
        guard permissions.count == values.count, tenant != nil || token.payload["tid"] ?? .null == .null else {
            throw .wrongClaims
        }
        return AccessTokenClaims(
            subject: subject,
            session: session,
            tenant: tenant,
            email: email,
            role: role,
            permissions: permissions,
            issuedAt: issuedAt,
            expiresAt: expiresAt,
            issuer: issuer,
            audience: audience
        )
    }
}
