import Contracts
import FormsContracts
import ServiceKit

struct DeleteResponseHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: DeleteResponse, context: RequestContext) async throws -> NoContent {
        let user = try context.requireUser()
        let sql = database.scoped(to: context)
        guard let stored = try await ResponseStore(sql: sql).find(request.responseId, of: request.id),
            let form = try await FormStore(sql: sql).find(request.id)
        else { throw ServiceError(.notFound) }
        if try await access.isOwner(of: form, context) {
            _ = try await access.changeable(request.id, context)
        } else {
            guard stored.response.userId == user.id else { throw ServiceError(.notFound) }
            let settings = try await context.read(form.document).settings
            guard settings.allowEdits.value else { throw ServiceError(.forbidden) }
        }
        guard stored.submissionKey == nil else {
            throw ServiceError(.invalidState, "This response belongs to a registration; withdraw that.")
        }
        try context.checkPrecondition(content: stored.response)
        return try await database.transaction(context) { transaction in
            guard try await ResponseStore(sql: transaction).delete(request.responseId) else {
                throw ServiceError(.notFound)
            }
            return NoContent()
        }
    }
}
