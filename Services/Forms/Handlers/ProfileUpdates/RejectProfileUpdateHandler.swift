import Contracts
import FormsContracts
import ServiceKit

struct RejectProfileUpdateHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: RejectProfileUpdate, context: RequestContext) async throws -> ProfileUpdate {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let store = ProfileUpdateStore(sql: transaction)
            guard let stored = try await store.find(request.id, of: user.id) else { throw ServiceError(.notFound) }
            try context.checkPrecondition(content: stored.update)
            return try await store.decide(request.id, of: user.id, .rejected)
        }
    }
}
