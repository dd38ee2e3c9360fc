import Contracts
import FormsContracts
import ServiceKit

struct CreateFormHandler: OperationHandler {
    let database: ServiceDatabase
    let access: FormAccess

    func handle(_ request: CreateForm, context: RequestContext) async throws -> Created<FormReply> {
        let user = try context.requireUser()
        let tenant = try await access.tenant(for: request, context)
        let entity = EntityReference(formType: request.entityType, id: request.entityId)
        let isPending = try await access.isPending(entity, context)
        let now = Timestamp.now()
        let form = Form(
            id: FormID(at: now),
            title: request.title,
            description: request.description,
            entityType: request.entityType ?? .survey,
            entityId: request.entityId,
            status: .draft,
            settings: request.settings ?? FormSettings(),
            version: 1,
            pages: FormPage.all(request.pages ?? []),
            createdBy: user.id,
            createdAt: now,
            updatedAt: now,
            publishedAt: nil
        )
        try form.checkStructure()
        let document = try await context.document(of: form)
        try form.checkSize(document.bytes.count, isPending: isPending)
        return try await database.transaction(context) { transaction in
            let forms = FormStore(sql: transaction)
            try await forms.requireRoom(for: form, document, tenant: tenant, isPending: isPending)
            return try await forms.insert(form, document, tenant: tenant).created()
        }
    }
}
