import Contracts
import FormsContracts
import ServiceKit

struct BindFormHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: BindForm, context: RequestContext) async throws -> NoContent {
        try await database.transaction(context, scope: .university(request.universityId)) { transaction in
            let forms = FormStore(sql: transaction)
            guard let form = try await forms.lock(request.formId), form.entityType == .society,
                form.entityID == request.entityId
            else { throw ServiceError(.notFound) }
            guard form.status == .published || form.status == .closed else { throw ServiceError(.formNotOpen) }
            guard form.mayBeBound(to: request.entityId) else { throw ServiceError(.formIsAnonymous) }
            try await forms.bind(form, to: request.entityId)
            return NoContent()
        }
    }
}
