import AuthContracts
import Contracts
import Mesh
import Postgres
import ServiceKit

struct RefreshSessionHandler: OperationHandler {
    /// The number of spent tokens per session that are still recognised as reused.
    private static let keptTokens = 3_000

    let database: ServiceDatabase
    let sessions: SessionIssuer

    func handle(_ request: RefreshSession, context: RequestContext) async throws -> SignedInReply {
        let cookies = context.headers.first(named: "cookie")
        let inCookie =
            request.refreshToken == nil ? SessionCookies.value(of: SessionCookies.refreshToken, in: cookies) : nil
        guard let text = request.refreshToken?.text ?? inCookie else {
            throw ValidationError("refreshToken", .required, "Is required.")
        }
        let reply = try await database.transaction(context, scope: .platform) { transaction in
            try await refresh(RefreshSecret(text), usesCookies: inCookie != nil, context, transaction)
        }
        // Thrown only now, since the end of a session has to be committed.
        guard let reply else { throw ServiceError(.tokenReused) }
        return reply
    }

    /// - Returns: `nil` when the token had been used before and its session was ended for it.
    private func refresh(
        _ secret: RefreshSecret,
        usesCookies: Bool,
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
            isSessionLive: !token.isSessionOver && token.user.isActive && now < token.sessionExpiresAt
                && now < sessions.expiry(of: token.sessionBegan, usedAt: now),
            now: now
        )
        switch decision {
        case .refuse: throw Self.invalid
        case .endSession:
            try await transaction.endSessions(token.session, of: token.user.id, tenant: token.user.tenantId)
            return nil
        case .repeatSuccessor:
            guard let sealed = token.sealedSuccessor else { throw Self.invalid }
            return try await sessions.reply(
                token.user,
                token.session,
                secret.open(sealed),
                until: token.sessionExpiresAt,
                usesCookies: usesCookies
            )
        case .rotate:
            let successor = RefreshSecret()
            try await store.replace(secret, by: successor, of: token, at: now)
            let end = sessions.expiry(of: token.sessionBegan, usedAt: now)
            let refreshes = try await SessionStore(sql: transaction)
                .touch(token.session, from: SessionOrigin(context), at: now, until: end)
            if refreshes.isMultiple(of: 100) {
                try await store.removeSpent(of: token.session, beyond: Self.keptTokens)
            }
            return try await sessions.reply(
                token.user,
                token.session,
                successor,
                until: end,
                usesCookies: usesCookies
            )
        }
    }

    private static let invalid = ServiceError(.unauthorized, "This refresh token is not valid any more; sign in again.")
}
