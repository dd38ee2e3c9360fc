import AuthContracts
import Contracts
import Mesh
import Postgres
import ServiceKit

struct RefreshSessionHandler: OperationHandler {
    let database: ServiceDatabase
    let sessions: SessionIssuer

    func handle(_ request: RefreshSession, context: RequestContext) async throws -> SignedInReply {
        let cookies = context.headers.first(named: "cookie")
        let inCookie =
            request.refreshToken == nil ? SessionCookies.value(of: SessionCookies.refreshToken, in: cookies) : nil
        guard let text = request.refreshToken?.text ?? inCookie else {
            throw ValidationError("refreshToken", .required, "Is required.")
        }
        // Tabs share the readable cookie, so it stays the same as long as the session does.
        let csrfToken = inCookie.map { _ in
            SessionCookies.value(of: SessionCookies.csrfToken, in: cookies) ?? .randomToken()
        }
        let reply = try await database.transaction(context, scope: .platform) { transaction in
            try await refresh(RefreshSecret(text), csrfToken: csrfToken, context, transaction)
        }
        // Thrown only now, since the end of a session has to be committed.
        guard let reply else { throw ServiceError(.tokenReused) }
        return reply
    }

    /// - Returns: `nil` when the token had been used before and its session was ended for it.
    private func refresh(
        _ secret: RefreshSecret,
        csrfToken: String?,
        _ context: RequestContext,
        _ transaction: ServiceTransaction
    ) async throws -> SignedInReply? {
        let store = RefreshTokenStore(sql: transaction)
        guard try await store.lockSession(of: secret), let token = try await store.find(secret) else {
            throw Self.invalid
        }
        let now = sessions.now()
        let decision = RefreshDecision(
            spentAt: token.spentAt,
            isSuccessorSpent: token.isSuccessorSpent,
            isSessionLive: !token.isSessionOver && token.sessionExpiresAt > now && token.user.isActive,
            now: now
        )
        switch decision {
        case .refuse: throw Self.invalid
        case .endSession:
            try await transaction.endSessions(token.session, of: token.user.id, tenant: token.user.tenantId)
            return nil
        case .repeatSuccessor:
            guard let sealed = token.sealedSuccessor else { throw Self.invalid }
            return try await sessions.reply(token.user, token.session, secret.open(sealed), csrfToken: csrfToken)
        case .rotate:
            let successor = RefreshSecret()
            try await store.replace(secret, by: successor, of: token, at: now)
            try await SessionStore(sql: transaction).touch(
                token.session,
                from: SessionOrigin(context),
                at: now,
                until: sessions.expiry(from: now)
            )
            return try await sessions.reply(token.user, token.session, successor, csrfToken: csrfToken)
        }
    }

    private static let invalid = ServiceError(.unauthorized, "This refresh token is not valid any more; sign in again.")
}
