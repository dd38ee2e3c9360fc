import AuthContracts
import Contracts
import ServiceKit
import Tokens

/// Opens sessions, and makes what their clients hold.
struct SessionIssuer: Sendable {
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

    /// When a session that is used now ends unless it is used again.
    func expiry(from now: Timestamp) -> Timestamp { now + settings.refreshTokenTTL }

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
        try await SessionStore(sql: transaction).insert(
            session,
            of: user,
            from: SessionOrigin(context),
            at: now,
            until: expiry(from: now)
        )
        try await RefreshTokenStore(sql: transaction).insert(secret, in: session, tenant: user.tenantId)
        return try await reply(user, session, secret, csrfToken: usesCookies ? .randomToken() : nil)
    }

    /// What the client of a session is told; there is a `csrfToken` in cookie mode only.
    func reply(
        _ user: User,
        _ session: SessionID,
        _ secret: RefreshSecret,
        csrfToken: String?
    ) async throws -> SignedInReply {
        let accessToken = try await accessToken(for: user, session)
        let isBody = csrfToken == nil
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

    private func accessToken(for user: User, _ session: SessionID) async throws -> String {
        let now = now().secondsSince1970
        let claims = AccessTokenClaims(
            subject: user.id.description,
            session: session.description,
            tenant: user.tenantId?.description,
            email: user.email.text,
            role: user.role.rawValue,
            permissions: user.role.permissions.map(\.text),
            issuedAt: now,
            expiresAt: now + Int(settings.accessTokenTTL.components.seconds),
            issuer: settings.issuer,
            audience: settings.audience
        )
        return try await TokenIssuer(key: keys.current()).issue(claims)
    }
}
