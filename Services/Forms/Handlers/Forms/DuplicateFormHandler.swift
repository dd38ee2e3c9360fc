import Contracts
import FormsContracts
import ServiceKit

struct DuplicateFormHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: DuplicateForm, context: RequestContext) async throws -> Created<FormReply> {
        let user = try context.requireUser()
        let stored = try await access.changeable(request.id, context)
        let isPending = try await access.isPending(stored.entity, context)
        let original = try await context.read(stored.document)
        let copy = original.copied(
            as: FormID(),
            title: request.title ?? original.titleOfCopy,
            by: user.id,
            at: .now()
        )
        let document = try await context.document(of: copy)
        return try await database.transaction(context) { transaction in
            let forms = FormStore(sql: transaction)
            try await forms.requireRoom(for: copy, document, tenant: stored.tenant, isPending: isPending)
            return try await forms.insert(copy, document, tenant: stored.tenant).created()
        }
    }
}
