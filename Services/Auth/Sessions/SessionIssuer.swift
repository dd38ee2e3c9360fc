import AuthContracts
import Contracts
import OpenSSL
import ServiceKit
import Tokens

/// Opens sessions, and makes what their clients hold.
struct SessionIssuer: Sendable {
    /// The number of live sessions per account; one more revokes the least recently used.
    static let maximumSessions = 100

    let keys: SigningKeys
    let settings: AuthSettings
    let now: @Sendable () -> Timestamp

    init(keys: SigningKeys, settings: AuthSettings, now: @escaping @Sendable () -> Timestamp = Timestamp.now) {
        self.keys = keys
        self.settings = settings
        self.now = now
    }

    var cookies: SessionCookies {
        SessionCookies(
            isSecure: settings.areCookiesSecure,
            accessTokenTTL: settings.accessTokenTTL,
            refreshTokenTTL: settings.refreshTokenTTL
        )
    }

    /// Returns the expiry of a session used now, capped at its maximum lifetime.
    func expiry(of began: Timestamp, usedAt now: Timestamp) -> Timestamp {
        min(now + settings.refreshTokenTTL, began + settings.sessionLifetime)
    }

    /// Derives the token that unsafe methods repeat in cookie mode: one per session, which only this service can make.
    private func csrfToken(of session: SessionID) throws -> String {
        let info = Array("CSRF token of \(session)".utf8)
        return Base64URL.encode(try HKDFSHA256.deriveKey(from: settings.keyEncryptionKey, info: info, count: 32))
    }

    /// Begins a session; with `usesCookies` its tokens go into cookies, out of reach of scripts, instead of the body.
    func open(
        for user: User,
        usesCookies: Bool = false,
        _ context: RequestContext,
        in transaction: ServiceTransaction
    ) async throws -> SignedInReply {
        let session = SessionID()
        let secret = RefreshSecret()
        let now = now()
        let store = SessionStore(sql: transaction)
        for old in try await store.oldest(of: user.id, beyond: Self.maximumSessions - 1, at: now) {
            try await transaction.endSessions(old, of: user.id, tenant: user.tenantId)
        }
        let end = expiry(of: now, usedAt: now)
        try await store.insert(session, of: user, from: SessionOrigin(context), at: now, until: end)
        try await RefreshTokenStore(sql: transaction).insert(secret, in: session, tenant: user.tenantId)
        return try await reply(user, session, secret, until: end, usesCookies: usesCookies)
    }

    /// Builds the reply to the client of a new or refreshed session.
    ///
    /// - Parameters:
    ///   - user: The session's owner.
    ///   - session: The session.
    ///   - secret: Its refresh token.
    ///   - end: The session's expiry unless it is used again; its access token expires no later.
    ///   - usesCookies: Tells whether the tokens go into cookies.
    /// - Returns: The tokens, in the body or in cookies.
    /// - Throws: An error without a signing key, which the daemon's start rules out.
    func reply(
        _ user: User,
        _ session: SessionID,
        _ secret: RefreshSecret,
        until end: Timestamp,
        usesCookies: Bool
    ) async throws -> SignedInReply {
        let csrfToken = usesCookies ? try csrfToken(of: session) : nil
        let accessToken = try await accessToken(for: user, session, until: end, csrfToken: csrfToken)
        let isBody = !usesCookies
        let value = SignedIn(
            user: user,
            accessToken: isBody ? accessToken : nil,
            refreshToken: isBody ? secret.text : nil,
            expiresIn: Int(settings.accessTokenTTL.components.seconds),
            csrfToken: csrfToken
        )
        let headers = csrfToken.map {
            cookies.headers(accessToken: accessToken, refreshToken: secret.text, csrfToken: $0)
        }
        return SignedInReply(value, headers: headers ?? [])
    }

    private func accessToken(
        for user: User,
        _ session: SessionID,
        until end: Timestamp,
        csrfToken: String?
    ) async throws -> String {
        let now = now().secondsSince1970
        let lifetime = Int(settings.accessTokenTTL.components.seconds)
        let claims = AccessTokenClaims(
            subject: user.id.description,
            session: session.description,
            tenant: user.tenantId?.description,
            role: user.role.rawValue,
            permissions: user.role.permissions.map(\.text),
            issuedAt: now,
            expiresAt: min(now + lifetime, max(now + 1, end.secondsSince1970)),
            issuer: settings.issuer,
            audience: settings.audience,
            csrfHash: csrfToken.map(AccessTokenClaims.csrfHash)
        )
        return try await TokenIssuer(key: keys.current()).issue(claims)
    }
}
