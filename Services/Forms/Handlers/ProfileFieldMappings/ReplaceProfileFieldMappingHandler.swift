import Contracts
import FormsContracts
import ServiceKit

struct ReplaceProfileFieldMappingHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReplaceProfileFieldMapping, context: RequestContext) async throws -> ProfileFieldMapping {
        try context.requirePlatformAdmin()
        try request.defaultValidationRules?.checkPublishable(at: "defaultValidationRules", work: context.work)
        let mapping = ProfileFieldMapping(
            id: request.id,
            fieldKey: request.fieldKey,
            displayLabel: request.displayLabel,
            category: request.category,
            dataType: request.dataType,
            profilePath: try request.profilePath.checkedAsProfilePath(),
            defaultValidationRules: request.defaultValidationRules,
            isActive: request.isActive ?? true
        )
        guard try await ProfileFieldMappingStore(sql: database.scoped(to: context)).update(mapping) else {
            throw ServiceError(.notFound)
        }
        return mapping
    }
}
