import AuthContracts
import Contracts
import Postgres
import ServiceKit

struct GetOwnUserHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetOwnUser, context: RequestContext) async throws -> User {
        let caller = try context.requireUser()
        return try await UserStore(sql: database.scoped(to: caller.accountScope)).find(caller.id)
    }
}

struct GetUserHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetUser, context: RequestContext) async throws -> User {
        let caller = try context.requireUser()
        if request.id == caller.id {
            return try await UserStore(sql: database.scoped(to: caller.accountScope)).find(caller.id)
        }
        guard caller.may(.readUsers) else { throw ServiceError(.notFound) }
        return try await UserStore(sql: database.scoped(to: context)).find(request.id)
    }
}

struct ListUsersHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListUsers, context: RequestContext) async throws -> Page<User> {
        // In a transaction for its connections: counting and searching may take long.
        try await database.transaction(context) { transaction in
            try await UserDirectory(sql: transaction, scope: context.scope).page(request)
        }
    }
}

struct LookUpUsersHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: LookUpUsers, context: RequestContext) async throws -> List<UserSummary> {
        List(try await UserStore(sql: database.scoped(to: .platform)).summaries(of: request.ids))
    }
}
