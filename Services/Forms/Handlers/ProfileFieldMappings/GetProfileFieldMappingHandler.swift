import Contracts
import FormsContracts
import ServiceKit

struct GetProfileFieldMappingHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetProfileFieldMapping, context: RequestContext) async throws -> ProfileFieldMapping {
        let store = ProfileFieldMappingStore(sql: database.scoped(to: context))
        guard let mapping = try await store.find(request.id) else { throw ServiceError(.notFound) }
        return mapping
    }
}
