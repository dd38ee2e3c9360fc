import Contracts
import FormsContracts
import ServiceKit

struct DuplicateFormHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: DuplicateForm, context: RequestContext) async throws -> FormReply {
        let user = try context.requireUser()
        let stored = try await access.owned(request.id, context)
        let original = try await context.read(stored.document)
        let copy = original.copied(
            as: FormID(),
            title: request.title ?? original.titleOfCopy,
            by: user.id,
            at: .now()
        )
        return try await database.transaction(context) { transaction in
            try await FormStore(sql: transaction).insert(copy, tenant: stored.tenant).reply(isNew: true)
        }
    }
}
