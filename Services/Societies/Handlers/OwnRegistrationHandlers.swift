import Contracts
import ServiceKit
import SocietiesContracts

/// Returns the caller's own registration, as long as they may see the society.
struct GetOwnRegistrationHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetOwnRegistration, context: RequestContext) async throws -> Registration {
        let user = try context.requireUser()
        let sql = database.scoped(to: context)
        _ = try await SocietyStore(sql: sql).standing(of: user, in: request.id)
        return try await RegistrationStore(sql: sql).latest(of: user.id, in: request.id)
    }
}

struct WithdrawRegistrationHandler: OperationHandler {
    let database: ServiceDatabase
    let submissions: Submissions

    func handle(_ request: WithdrawRegistration, context: RequestContext) async throws -> NoContent {
        let user = try context.requireUser()
        let withdrawn = try await database.transaction(context) { transaction in
            try await RegistrationStore(sql: transaction).withdraw(user.id, from: request.id, context)
        }
        // The registration is withdrawn already; if forms cannot be told now, the recovery does.
        try? await submissions.takeBack(withdrawn, context)
        return NoContent()
    }
}
