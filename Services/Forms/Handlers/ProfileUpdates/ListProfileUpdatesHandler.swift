import Contracts
import FormsContracts
import ServiceKit

struct ListProfileUpdatesHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListProfileUpdates, context: RequestContext) async throws -> Page<ProfileUpdate> {
        let user = try context.requireUser()
        return try await ProfileUpdateStore(sql: database.scoped(to: context))
            .page(request, of: user.id)
    }
}
