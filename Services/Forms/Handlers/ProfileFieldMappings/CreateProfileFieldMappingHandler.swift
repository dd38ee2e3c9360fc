import AuthContracts
import Contracts
import FormsContracts
import ServiceKit

struct CreateProfileFieldMappingHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(
        _ request: CreateProfileFieldMapping,
        context: RequestContext
    ) async throws -> Created<ProfileFieldMapping> {
        try context.requirePlatformAdmin()
        try request.defaultValidationRules?.checkPublishable(at: "defaultValidationRules", work: context.work)
        let mapping = ProfileFieldMapping(
            id: ProfileFieldMappingID(),
            fieldKey: request.fieldKey,
            displayLabel: request.displayLabel,
            category: request.category,
            dataType: request.dataType,
            profilePath: try request.profilePath.checkedAsProfilePath(),
            defaultValidationRules: request.defaultValidationRules,
            isActive: request.isActive ?? true
        )
        return try await database.transaction(context) { transaction in
            try await ProfileFieldMappingStore(sql: transaction).insert(mapping)
            return Created(mapping)
        }
    }
}

extension RequestContext {
    /// Mappings are the same for every university, so that no university's administrator decides on them.
    ///
    /// - Throws: `FORBIDDEN` for everybody but platform administrators.
    func requirePlatformAdmin() throws(ServiceError) {
        guard try requireUser().isPlatformAdmin else { throw ServiceError(.forbidden) }
    }
}

extension ProfileFieldKey {
    /// - Throws: `ValidationError` where no profile has such a place.
    func checkedAsProfilePath() throws(ValidationError) -> ProfileFieldKey {
        guard ProfilePath(text) != nil else {
            throw ValidationError("profilePath", .notFound, "Must be a profile field's name, or custom. and a key.")
        }
        return self
    }
}
