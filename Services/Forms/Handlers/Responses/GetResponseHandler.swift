import Contracts
import FormsContracts
import ServiceKit

struct GetResponseHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: GetResponse, context: RequestContext) async throws -> FormResponse {
        let user = try context.requireUser()
        let sql = database.scoped(to: context)
        guard let stored = try await ResponseStore(sql: sql).find(request.responseId, of: request.id) else {
            throw ServiceError(.notFound)
        }
        // A respondent may always read their own response, regardless of the society's status.
        if stored.response.userId == user.id { return stored.response }
        guard let form = try await FormStore(sql: sql).find(request.id), try await access.isOwner(of: form, context)
        else { throw ServiceError(.notFound) }
        return stored.response
    }
}
