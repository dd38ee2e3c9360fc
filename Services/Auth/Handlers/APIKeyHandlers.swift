import AuthContracts
import Contracts
import Postgres
import ServiceKit

struct CreateAPIKeyHandler: OperationHandler {
    /// The maximum number of an account's keys that are valid or were created within the last hour.
    ///
    /// Enough for a person's programs, while a leaked session can't create unlimited keys, nor many short-lived ones,
    /// each of which is a revocation sent to all gateways.
    private static let maximumCount = 25

    let database: ServiceDatabase
    let now: @Sendable () -> Timestamp

    func handle(_ request: CreateAPIKey, context: RequestContext) async throws -> Created<CreatedAPIKey> {
        let caller = try context.requireUser()
        let now = now()
        if let end = request.expiresAt, end <= now {
            throw ValidationError("expiresAt", .outOfRange, "Must be in the future.")
        }
        return try await database.transaction(context, scope: caller.accountScope) { transaction in
            let users = UserStore(sql: transaction)
            try await users.lock(caller.id)
            try await transaction.requireSession(of: caller, at: now)
            let user = try await users.find(caller.id)
            // The token says what the caller was when it was signed; the row says what the caller is.
            let scopes = request.scopes?.elements ?? []
            if let foreign = scopes.first(where: { user.role.scopes(within: [$0]).isEmpty }) {
                throw ValidationError("scopes", .notAllowed, "You do not have \(foreign.text) yourself.")
            }
            let keys = APIKeyStore(sql: transaction)
            guard try await keys.count(of: user.id, at: now) < Self.maximumCount else {
                throw ServiceError(
                    .tooManyAPIKeys,
                    "An account has at most \(Self.maximumCount) keys, including those created within the last hour."
                )
            }
            let secret = APIKeySecret()
            return Created(CreatedAPIKey(try await keys.insert(secret, request, of: user, at: now), key: secret.key))
        }
    }
}

struct ListAPIKeysHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListAPIKeys, context: RequestContext) async throws -> Page<APIKey> {
        let caller = try context.requireUser()
        return try await APIKeyStore(sql: database.scoped(to: caller.accountScope)).page(request, of: caller.id)
    }
}

struct DeleteAPIKeyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteAPIKey, context: RequestContext) async throws -> NoContent {
        let caller = try context.requireUser()
        return try await database.transaction(context, scope: caller.accountScope) { transaction in
            // A key may end itself, as a program does that is done; any other takes a person.
            if caller.session?.cast() != request.id { try await transaction.requireNoAPIKey(caller) }
            if context.hasPrecondition,
                let key = try await APIKeyStore(sql: transaction).find(request.id, of: caller.id)
            {
                try context.checkPrecondition(key.etag)
            }
            guard try await transaction.endAPIKeys(request.id, of: caller.id, tenant: caller.tenant) else {
                throw ServiceError(.notFound)
            }
            return NoContent()
        }
    }
}

struct VerifyAPIKeyHandler: OperationHandler {
    let database: ServiceDatabase
    let now: @Sendable () -> Timestamp

    func handle(_ request: VerifyAPIKey, context: RequestContext) async throws -> APIKeyHolder {
        // The university is not known before the key is found.
        let store = APIKeyStore(sql: database.scoped(to: .platform))
        guard let hash = Base64URL.decode(request.hash.text), let holder = try await store.use(hash: hash, at: now())
        else { throw ServiceError(.unauthorized, "The API key is not valid.") }
        return holder
    }
}

extension ServiceTransaction {
    /// Makes sure that a person is there who is signed in.
    ///
    /// - Throws: `FORBIDDEN`, also for a program with an API key.
    func requireSession(of caller: RequestContext.User, at now: Timestamp) async throws {
        let isLive = try await SessionStore(sql: self).isLive(caller.session, of: caller.id, at: now)
        guard isLive else { throw Self.noSession }
    }

    /// Makes sure that it is no program with an API key that asks.
    ///
    /// - Throws: `FORBIDDEN`.
    func requireNoAPIKey(_ caller: RequestContext.User) async throws {
        guard let id = caller.session, try await APIKeyStore(sql: self).exists(id.cast()) else { return }
        throw Self.noSession
    }

    private static let noSession = ServiceError(.forbidden, "This takes a session: an API key is not enough.")
}
