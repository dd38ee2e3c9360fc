import Contracts
import FormsContracts
import ServiceKit

struct DeleteProfileFieldMappingHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteProfileFieldMapping, context: RequestContext) async throws -> NoContent {
        try context.requirePlatformAdmin()
        return try await database.transaction(context) { transaction in
            let store = ProfileFieldMappingStore(sql: transaction)
            guard let present = try await store.lock(request.id) else { throw ServiceError(.notFound) }
            try context.checkPrecondition(content: present)
            try await store.delete(request.id)
            return NoContent()
        }
    }
}
