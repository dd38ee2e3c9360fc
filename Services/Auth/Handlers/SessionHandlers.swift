import AuthContracts
import Contracts
import Postgres
import ServiceKit

struct LogOutHandler: OperationHandler {
    let database: ServiceDatabase
    let cookies: SessionCookies

    func handle(_ request: LogOut, context: RequestContext) async throws -> SignedOutReply {
        let user = try context.requireUser()
        return try await database.transaction(context, scope: user.accountScope) { transaction in
            try await transaction.requireNoAPIKey(user)
            switch request.scope ?? .all {
            case .all:
                try await transaction.endSessions(of: user.id, tenant: user.tenant)
                try await transaction.endAPIKeys(of: user.id, tenant: user.tenant)
            case .current:
                guard let session = user.session else { throw ServiceError(.unauthorized) }
                try await transaction.endSessions(session, of: user.id, tenant: user.tenant)
            }
            return SignedOutReply(NoContent(), headers: cookies.removal)
        }
    }
}

struct ListSessionsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListSessions, context: RequestContext) async throws -> Page<Session> {
        let user = try context.requireUser()
        let store = SessionStore(sql: database.scoped(to: user.accountScope))
        return try await store.page(request, of: user.id, current: user.session, at: .now())
    }
}

struct EndSessionHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: EndSession, context: RequestContext) async throws -> NoContent {
        let user = try context.requireUser()
        return try await database.transaction(context, scope: user.accountScope) { transaction in
            try await transaction.requireNoAPIKey(user)
            if context.hasPrecondition,
                let beginning = try await SessionStore(sql: transaction).beginning(of: request.id, user.id)
            {
                try context.checkPrecondition(Session.etag(createdAt: beginning))
            }
            guard try await transaction.endSessions(request.id, of: user.id, tenant: user.tenant) else {
                throw ServiceError(.notFound)
            }
            return NoContent()
        }
    }
}

struct ListRevocationsHandler: OperationHandler {
    let database: ServiceDatabase
    /// As long as an access token may look valid.
    let period: Duration
    /// The maximum number of revocations in a page.
    var pageSize = [Revocation].maximumCount

    func handle(_ request: ListRevocations, context: RequestContext) async throws -> Revocations {
        try await SessionStore(sql: database.scoped(to: .platform))
            .ended(since: request.since, within: period, after: request.after, limit: pageSize)
    }
}

struct ListKeysHandler: OperationHandler {
    let keys: SigningKeys

    func handle(_ request: ListKeys, context: RequestContext) async throws -> Bare<PublicKeySet> {
        Bare(PublicKeySet(keys: keys.published()))
    }
}
