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
        return try await database.transaction(context) { transaction in
            let store = ProfileFieldMappingStore(sql: transaction)
            guard let present = try await store.lock(request.id) else { throw ServiceError(.notFound) }
            try context.checkPrecondition(content: present)
            if mapping != present { try await store.update(mapping) }
            return mapping
        }
    }
}
