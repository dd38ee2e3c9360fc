import Contracts
import FormsContracts
import ServiceKit

struct DeleteFormHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: DeleteForm, context: RequestContext) async throws -> NoContent {
        _ = try await access.owned(request.id, context)
        return try await database.transaction(context) { transaction in
            let forms = FormStore(sql: transaction)
            guard let stored = try await forms.lock(request.id) else { throw ServiceError(.notFound) }
            try context.checkPrecondition(stored.etag)
            guard stored.registrationOf == nil else { throw ServiceError(.formInUse) }
            // Locks the intake first in either case, like submissions and deletions of responses.
            let responses = try await forms.lockResponseCount(request.id)
            if stored.status != .archived, responses > 0 {
                throw ServiceError(.invalidState, "This form has responses: archive it before it is deleted with them.")
            }
            try await forms.delete(request.id)
            return NoContent()
        }
    }
}
