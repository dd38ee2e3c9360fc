import Contracts
import FormsContracts
import ServiceKit

struct RejectProfileUpdateHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: RejectProfileUpdate, context: RequestContext) async throws -> ProfileUpdate {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            try await ProfileUpdateStore(sql: transaction).decide(request.id, of: user.id, .rejected)
        }
    }
}
