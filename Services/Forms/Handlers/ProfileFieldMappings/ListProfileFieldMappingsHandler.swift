import Contracts
import FormsContracts
import ServiceKit

struct ListProfileFieldMappingsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(
        _ request: ListProfileFieldMappings,
        context: RequestContext
    ) async throws -> Page<ProfileFieldMapping> {
        try await ProfileFieldMappingStore(sql: database.scoped(to: context)).page(request)
    }
}
