import Contracts
import FormsContracts
import ServiceKit

/// Changes forms: one at a time each, drafts as they are, published ones as a new version that passes every check.
struct FormEditor: Sendable {
    let database: ServiceDatabase
    let access: FormAccess

    /// Changes a form that the caller owns.
    ///
    /// - Parameters:
    ///   - id: The form.
    ///   - context: Of a caller who must own it.
    ///   - change: Edits the form; what it returns finds the edited part again.
    ///   - reply: Makes the operation's reply of the form as it is stored.
    /// - Returns: What `reply` made.
    /// - Throws: What stands in the way, or `ValidationError` with every fault of a version that would be published.
    func edit<Part: Sendable, Reply>(
        _ id: FormID,
        _ context: RequestContext,
        _ change: @escaping @Sendable (inout Form) throws -> Part,
        reply: (StoredForm, Form, Part) throws -> Reply
    ) async throws -> Reply {
        _ = try await access.owned(id, context)
        return try await database.transaction(context) { transaction in
            let stored = try await lock(id, context, transaction)
            guard stored.status != .archived else {
                throw ServiceError(.invalidState, "An archived form stays as it is.")
            }
            let changed = try await context.change(stored.document, change)
            var (form, part) = (changed.form, changed.part)
            guard changed.isChanged else { return try reply(stored, form, part) }
            form.updatedAt = .now()
            if form.status == .draft {
                let next = try await FormStore(sql: transaction).update(form, after: stored)
                return try reply(next, form, part)
            }
            form.version += 1
            let (next, published) = try await publish(form, after: stored, context, transaction)
            return try reply(next, published, part)
        }
    }

    /// An edit that answers the whole form.
    func edit(
        _ id: FormID,
        _ context: RequestContext,
        _ change: @escaping @Sendable (inout Form) throws -> Void
    ) async throws -> FormReply {
        try await edit(id, context, change) { stored, _, _ in stored.reply() }
    }

    /// Takes a step in the form's life and tells of it.
    func take(_ step: FormTransition, _ id: FormID, _ context: RequestContext) async throws -> FormReply {
        _ = try await access.owned(id, context)
        return try await database.transaction(context) { transaction in
            let stored = try await lock(id, context, transaction)
            var form = try await context.read(stored.document)
            form.status = try step.applied(to: stored.status)
            form.updatedAt = .now()
            let next: StoredForm
            if step == .publish {
                form.publishedAt = form.updatedAt
                (next, _) = try await publish(form, after: stored, context, transaction)
            } else {
                next = try await FormStore(sql: transaction).update(form, after: stored)
            }
            try await tell(of: form, before: stored, transaction)
            return next.reply()
        }
    }

    private func lock(
        _ id: FormID,
        _ context: RequestContext,
        _ transaction: ServiceTransaction
    ) async throws -> StoredForm {
        guard let stored = try await FormStore(sql: transaction).lock(id) else { throw ServiceError(.notFound) }
        try context.checkPrecondition(stored.etag)
        return stored
    }

    /// Stores a version that can be answered, and what its limits need.
    private func publish(
        _ form: Form,
        after stored: StoredForm,
        _ context: RequestContext,
        _ transaction: ServiceTransaction
    ) async throws -> (StoredForm, Form) {
        let form = try await withDefaultRules(form, transaction)
        let compiled = try await context.compile(form)
        let forms = FormStore(sql: transaction)
        let next = try await forms.update(form, after: stored)
        try await forms.insertVersion(next, at: form.updatedAt)
        try await OptionCounterStore(sql: transaction).recount(compiled, tenant: stored.tenant)
        if form.settings.oneResponsePerUser.value, try !stored.document.form().settings.oneResponsePerUser.value {
            try await ResponseStore(sql: transaction).countEarlierResponses(to: form.id)
        }
        return (next, form)
    }

    /// The form with the mappings' rules where a smart field has none of its own; frozen with the version, so that a
    /// mapping that is changed later changes no version that was published.
    private func withDefaultRules(_ form: Form, _ transaction: ServiceTransaction) async throws -> Form {
        let keys = Set(form.questions.filter { $0.validationRules == nil }.compactMap(\.profileFieldKey))
        let mappings = try await ProfileFieldMappingStore(sql: transaction).active(keys)
        guard !mappings.isEmpty else { return form }
        var form = form
        for page in form.pages.indices {
            for index in form.pages[page].questions.indices {
                let question = form.pages[page].questions[index]
                guard question.validationRules == nil, let key = question.profileFieldKey else { continue }
                form.pages[page].questions[index].validationRules = mappings[key]?.defaultValidationRules
            }
        }
        return form
    }

    private func tell(of form: Form, before stored: StoredForm, _ transaction: ServiceTransaction) async throws {
        if form.status == .published {
            let event = FormPublished(
                formId: form.id,
                formVersion: form.version,
                title: form.title,
                entityType: form.entityType,
                entityId: form.entityId
            )
            try await transaction.emit(event, tenant: stored.tenant)
        } else if stored.status == .published {
            let event = FormClosed(formId: form.id, entityType: form.entityType, entityId: form.entityId)
            try await transaction.emit(event, tenant: stored.tenant)
        }
    }
}
