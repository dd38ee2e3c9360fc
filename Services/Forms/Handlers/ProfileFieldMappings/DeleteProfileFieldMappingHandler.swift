import Contracts
import FormsContracts
import ServiceKit

struct DeleteProfileFieldMappingHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteProfileFieldMapping, context: RequestContext) async throws -> NoContent {
        try context.requirePlatformAdmin()
        guard try await ProfileFieldMappingStore(sql: database.scoped(to: context)).delete(request.id) else {
            throw ServiceError(.notFound)
        }
        return NoContent()
    }
}
