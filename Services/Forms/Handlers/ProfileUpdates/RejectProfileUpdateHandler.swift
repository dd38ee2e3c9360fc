import Contracts
import FormsContracts
import ServiceKit

struct RejectProfileUpdateHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: RejectProfileUpdate, context: RequestContext) async throws -> ProfileUpdate {
        let user = try context.requireUser()
        let store = ProfileUpdateStore(sql: database.scoped(to: context))
        guard try await store.find(request.id, of: user.id) != nil else { throw ServiceError(.notFound) }
        if let decided = try await store.decide(request.id, .rejected) { return decided }
        guard let stored = try await store.find(request.id, of: user.id), stored.update.status == .rejected else {
            throw ServiceError(.invalidState, "This update was approved.")
        }
        return stored.update
    }
}
