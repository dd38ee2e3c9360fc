import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Changes forms: drafts as they are, published ones as a new version that passes every check.
///
/// The change is applied and checked on a copy, and options that it limits are counted, without a lock. If the stored
/// form has changed meanwhile, the change is applied to the new one; otherwise the result is stored.
struct FormEditor: Sendable {
    let database: ServiceDatabase
    let access: FormAccess
    /// Bounds the connections that one university's recounts take; each may last for seconds.
    let recounts = Turns<UniversityID>(limit: 1)

    /// Each attempt lets one of the concurrent editors of a form through.
    private static let attempts = 20

    /// A changed form, ready to replace its original.
    private struct Draft<Part> {
        let form: Form
        /// The form as stored JSON, written before any row is locked.
        let document: FormDocument
        let part: Part
        /// Set for a version that can be answered.
        let compiled: CompiledForm?
        /// The counts of its options that had no limit before.
        var counts: [OptionCounterStore.Count] = []
        var changes = true
    }

    /// Changes a form that the caller owns.
    ///
    /// - Parameters:
    ///   - id: The form.
    ///   - context: Of a caller who must own it.
    ///   - path: Returns the edited part's path in the form; faults inside the part name its own fields.
    ///   - change: Edits the form and returns a value that finds the edited part again; runs again after a concurrent
    ///     edit.
    ///   - reply: Makes the operation's reply of the form as it is stored.
    /// - Returns: What `reply` made.
    /// - Throws: What stands in the way, or `ValidationError` with every fault of a version that would be published.
    func edit<Part: Sendable, Reply>(
        _ id: FormID,
        _ context: RequestContext,
        path: (Form, Part) -> String? = { _, _ in nil },
        _ change: @escaping @Sendable (inout Form) throws -> Part,
        reply: (StoredForm, Form, Part) throws -> Reply
    ) async throws -> Reply {
        try await repeating(id, context) { stored in
            try await draft(after: stored, context, path: path, change)
        } store: { draft, stored, transaction in
            guard draft.changes else { return try reply(stored, draft.form, draft.part) }
            let next = try await store(draft, after: stored, transaction)
            // A version is counted where it is stored, and a form that is too large already may shrink.
            if draft.compiled == nil, next.document.bytes.count > stored.document.bytes.count {
                try await FormStore(sql: transaction).requireSpace(of: next.entityID)
            }
            return try reply(next, draft.form, draft.part)
        }
    }

    /// Applies a change to a copy of the stored form, which is compiled if it can be answered.
    private func draft<Part: Sendable>(
        after stored: StoredForm,
        _ context: RequestContext,
        path: (Form, Part) -> String?,
        _ change: @escaping @Sendable (inout Form) throws -> Part
    ) async throws -> Draft<Part> {
        guard stored.status != .archived else {
            throw ServiceError(.invalidState, "An archived form stays as it is.")
        }
        let changed = try await context.change(stored.document, change)
        var form = changed.form
        guard changed.isChanged else {
            return Draft(
                form: form,
                document: stored.document,
                part: changed.part,
                compiled: nil,
                changes: false
            )
        }
        form.updatedAt = .now()
        var compiled: CompiledForm?
        if form.status != .draft {
            if stored.registrationOf != nil, form.settings.anonymous.value { throw ServiceError(.formInUse) }
            form.version += 1
            let version = try await compile(form, relativeTo: path(form, changed.part), context)
            form = version.form
            compiled = version
        }
        let document = try await context.document(of: form)
        try await checkSize(of: form, document, after: stored, context)
        return Draft(form: form, document: document, part: changed.part, compiled: compiled)
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
        let opens = step == .publish || step == .reopen
        return try await repeating(id, opening: opens, context) { stored -> Draft<Void> in
            var form = try await context.read(stored.document)
            form.status = try step.applied(to: stored.status)
            if step == .archive, stored.registrationOf != nil { throw ServiceError(.formInUse) }
            form.updatedAt = .now()
            var compiled: CompiledForm?
            if step == .publish {
                form.publishedAt = form.updatedAt
                let version = try await compile(form, context)
                form = version.form
                compiled = version
            }
            return Draft(
                form: form,
                document: try await context.document(of: form),
                part: (),
                compiled: compiled
            )
        } store: { draft, stored, transaction in
            let next = try await store(draft, after: stored, transaction)
            try await tell(of: draft.form, before: stored, transaction)
            return next.reply()
        }
    }

    /// Prepares a change without a lock and stores it under one; retries after concurrent changes.
    private func repeating<Part, Reply>(
        _ id: FormID,
        opening: Bool = false,
        _ context: RequestContext,
        prepare: (StoredForm) async throws -> Draft<Part>,
        store: (Draft<Part>, StoredForm, ServiceTransaction) async throws -> Reply
    ) async throws -> Reply {
        for _ in 0..<Self.attempts {
            let read = try await access.changeable(id, opening: opening, context)
            try context.checkPrecondition(read.etag)
            var draft = try await prepare(read)
            if let compiled = draft.compiled { draft.counts = try await count(compiled, after: read, context) }
            do {
                return try await database.transaction(context) { transaction in
                    guard let stored = try await FormStore(sql: transaction).lock(id) else {
                        throw ServiceError(.notFound)
                    }
                    try context.checkPrecondition(stored.etag)
                    guard stored.revision == read.revision else { throw FormWasChanged() }
                    return try await store(draft, stored, transaction)
                }
            } catch is FormWasChanged {}  // the next attempt starts from the form as it is now
        }
        throw ServiceError(.conflict, "The form is being changed at this moment; try again.")
    }

    /// Keeps a form small while its society awaits moderation; one that is larger already may shrink.
    @inline(never)  // inlined into `draft`, it crashes the optimizer of Swift 6.3
    private func checkSize(
        of form: Form,
        _ document: FormDocument,
        after stored: StoredForm,
        _ context: RequestContext
    ) async throws {
        let bytes = document.bytes.count
        guard bytes > max(Form.maximumBytesWhilePending, stored.document.bytes.count) else { return }
        let isPending = try await access.isPending(stored.entity, context)
        try form.checkSize(bytes, isPending: isPending)
    }

    /// Compiles the form for answering, with the mappings' default rules; faults inside the edited part name its fields.
    private func compile(
        _ form: Form,
        relativeTo path: String? = nil,
        _ context: RequestContext
    ) async throws -> CompiledForm {
        do {
            return try await context.compile(withDefaultRules(form, context))
        } catch let error as ValidationError {
            throw error.relative(to: path)
        }
    }

    /// Stores a form and, if it can be answered, its version and option counters.
    private func store<Part>(
        _ draft: Draft<Part>,
        after stored: StoredForm,
        _ transaction: ServiceTransaction
    ) async throws -> StoredForm {
        let forms = FormStore(sql: transaction)
        let next = try await forms.update(draft.form, draft.document, after: stored)
        guard let compiled = draft.compiled else { return next }
        try await forms.insertVersion(next, at: draft.form.updatedAt)
        try await OptionCounterStore(sql: transaction).replace(
            for: compiled,
            with: draft.counts,
            tenant: stored.tenant,
            isFirst: stored.status == .draft
        )
        return next
    }

    /// Counts the options that a version limits and the form did not, while submissions go on.
    ///
    /// - Returns: A count of each, which holds as long as the form stays at its revision.
    private func count(
        _ form: CompiledForm,
        after stored: StoredForm,
        _ context: RequestContext
    ) async throws -> [OptionCounterStore.Count] {
        // A draft has taken no responses.
        guard stored.status != .draft else {
            return form.limitedOptions.map { OptionCounterStore.Count(option: $0, responses: 0) }
        }
        let scope = TenantScope.university(stored.tenant)
        let options = try await OptionCounterStore(sql: database.scoped(to: scope)).uncounted(in: form)
        guard !options.isEmpty else { return [] }
        return try await recounts.run(for: stored.tenant) {
            try await database.database.transaction(scope: scope, timeout: context.timeLeft) { transaction in
                let counters = OptionCounterStore(sql: transaction)
                try await counters.beginRecount(of: options, in: stored.id, tenant: stored.tenant)
            }
            // Transactions have connections of their own, and this one reads all responses of the form.
            return try await database.database.transaction(scope: scope, timeout: context.timeLeft) { transaction in
                try await OptionCounterStore(sql: transaction).recount(options, in: stored.id)
            }
        }
    }

    /// The form with the mappings' rules where a smart field has none of its own; frozen with the version, so that a
    /// mapping that is changed later changes no version that was published.
    private func withDefaultRules(_ form: Form, _ context: RequestContext) async throws -> Form {
        let keys = Set(form.questions.filter { $0.validationRules == nil }.compactMap(\.profileFieldKey))
        let mappings = try await ProfileFieldMappingStore(sql: database.scoped(to: context)).active(keys)
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

/// Thrown if the form has changed between reading and storing.
struct FormWasChanged: Error {}
