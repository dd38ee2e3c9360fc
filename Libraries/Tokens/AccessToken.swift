import Contracts
import Crypto
public import JWTKit

/// What an access token says about its bearer, under the names that RFC 7519 and our API give the claims.
public struct AccessTokenClaims: JWTPayload, Equatable {
    /// The user's id.
    public var subject: String
    public var session: String
    /// The university; `nil` for an account without one.
    public var tenant: String?
    public var role: String
    public var permissions: [String]
    /// In seconds since 1970.
    public var issuedAt: Int
    /// In seconds since 1970; from then on the token is expired.
    public var expiresAt: Int
    public var issuer: String
    public var audience: String
    /// In cookie mode, the SHA-256 of the session's CSRF token, in base64url, which ties this token to it.
    public var csrfHash: String?

    enum CodingKeys: String, CodingKey {
        case subject = "sub"
        case session = "sid"
        case tenant = "tid"
        case role, permissions
        case issuedAt = "iat"
        case expiresAt = "exp"
        case issuer = "iss"
        case audience = "aud"
        case csrfHash = "csh"
    }

    public init(
        subject: String,
        session: String,
        tenant: String?,
        role: String,
        permissions: [String],
        issuedAt: Int,
        expiresAt: Int,
        issuer: String,
        audience: String,
        csrfHash: String? = nil
    ) {
        self.subject = subject
        self.session = session
        self.tenant = tenant
        self.role = role
        self.permissions = permissions
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.issuer = issuer
        self.audience = audience
        self.csrfHash = csrfHash
    }

    /// The `csrfHash` of a CSRF token.
    public static func csrfHash(of token: String) -> String { Base64URL.encode(SHA256.hash(data: Array(token.utf8))) }

    /// Nothing: `TokenVerifier` checks the claims, with a clock that tests can set.
    public func verify(using algorithm: some JWTAlgorithm) {}
}

/// Signs access tokens: JWT (RFC 7519) with EdDSA over Ed25519 (RFC 8037), of the type `at+jwt` (RFC 9068 §2.1).
public struct TokenIssuer: Sendable {
    /// The type that tells access tokens from all other tokens.
    static let type = "at+jwt"

    private let key: SigningKey

    public init(key: SigningKey) { self.key = key }

    /// The signed token.
    ///
    /// - Parameter claims: All of them, times and issuer included.
    /// - Returns: The token in JWS compact form.
    /// - Throws: What jwt-kit throws; with a key that was made or read before, it does not.
    public func issue(_ claims: AccessTokenClaims) async throws -> String {
        let keys = await JWTKeyCollection().add(eddsa: key.key, kid: key.kid)
        return try await keys.sign(claims, kid: key.kid, header: ["typ": .string(Self.type)])
    }
}

/// Checks access tokens.
///
/// It decides alone which algorithm is right: what a token's header asks for is never followed.
public struct TokenVerifier: Sendable {
    public let keys: VerificationKeys
    public let issuer: String
    public let audience: String
    /// How far the issuer's clock and ours may differ.
    public let clockSkew: Int

    /// - Parameters:
    ///   - keys: Those that may have signed.
    ///   - issuer: What `iss` must be.
    ///   - audience: What `aud` must be.
    ///   - clockSkew: In seconds.
    public init(keys: VerificationKeys, issuer: String, audience: String, clockSkew: Int = 60) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
        self.clockSkew = clockSkew
    }

    /// Checks a token's form, algorithm, type, signature, issuer, audience and times, in this order.
    ///
    /// - Parameters:
    ///   - token: As it stood after `Bearer`.
    ///   - now: In seconds since 1970.
    /// - Returns: What it says.
    /// - Throws: `TokenError`, the first fault.
    public func verify(_ token: String, now: Int) async throws(TokenError) -> AccessTokenClaims {
        let header = try TokenForm.header(of: token)
        guard header["alg"] == "EdDSA" else { throw .wrongAlgorithm }
        guard header["typ"]?.stringValue?.lowercased() == TokenIssuer.type else { throw .wrongType }
        guard let id = header["kid"]?.stringValue else { throw .malformed }
        guard keys.contains(id) else { throw .unknownKey(id) }
        let claims: AccessTokenClaims = try await keys.collection.claims(of: token)
        guard claims.issuer == issuer else { throw .wrongIssuer }
        guard claims.audience == audience else { throw .wrongAudience }
        guard now < claims.expiresAt + clockSkew else { throw .expired }
        guard claims.issuedAt <= now + clockSkew else { throw .notYetValid }
        return claims
    }
}
