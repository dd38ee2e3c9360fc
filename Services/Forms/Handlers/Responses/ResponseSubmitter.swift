import Contracts
import FormsContracts
import Mesh
import Postgres
import ServiceKit

/// What somebody sends in.
struct ResponseSubmission: Sendable {
    let form: FormID
    /// What the form has to belong to, if anything in particular.
    let entity: FormEntityID?
    let key: SubmissionKey?
    let answers: Answers
    let updateProfile: [QuestionID]
    let startedAt: Timestamp?
    let formVersion: Int?
}

/// Takes responses in.
struct ResponseSubmitter: Sendable {
    let database: ServiceDatabase
    let access: FormAccess
    let smartFields: SmartFields
    let participants: Participants
    let forms: PublishedForms
    let shares = AnonymousShares()

    /// Stores a response, whole with everything that belongs to it, or refuses it.
    func submit(_ submission: ResponseSubmission, _ context: RequestContext) async throws -> Created<FormResponse> {
        let user = try context.requireUser()
        if let form = forms[submission.form] {
            do { return try await submit(submission, to: form, user, context) } catch {
                guard try await isStale(form, after: error, context) else { throw error }
                forms.forget(form.id)
            }
        }
        for _ in 0..<3 {
            let form = try await load(submission.form, user, context)
            do { return try await submit(submission, to: form, user, context) } catch is FormWasChanged {}
        }
        throw ServiceError(.conflict, "The form is being changed at this moment; try again.")
    }

    /// Whether a refusal by a kept copy says nothing of the form as it is now.
    private func isStale(
        _ form: PublishedForm,
        after refusal: any Error,
        _ context: RequestContext
    ) async throws -> Bool {
        switch refusal {
        case is FormWasChanged: return true
        case is ValidationError: break
        case let error as ServiceError
        where [.formClosed, .formNotOpen, .versionConflict, .notFound, .forbidden, .registrationForm].contains(
            error.code
        ):
            break
        default: return false
        }
        return try await FormStore(sql: database.scoped(to: context)).revision(of: form.id) != form.revision
    }

    private func load(
        _ id: FormID,
        _ user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> PublishedForm {
        guard let stored = try await FormStore(sql: database.scoped(to: context)).find(id) else {
            throw ServiceError(.notFound)
        }
        switch stored.status {
        case .published: break
        case .closed:
            try await access.requireReadable(stored, context)
            throw ServiceError(.formClosed)
        case .draft: throw ServiceError(try await access.isOwner(of: stored, context) ? .formNotOpen : .notFound)
        case .archived: throw ServiceError(try await access.isOwner(of: stored, context) ? .formClosed : .notFound)
        }
        let form = try await PublishedForm.compile(stored, context)
        forms.keep(form)
        return form
    }

    private func submit(
        _ submission: ResponseSubmission,
        to form: PublishedForm,
        _ user: RequestContext.User,
        _ context: RequestContext
    ) async throws -> Created<FormResponse> {
        try await checkMayAnswer(form, user, submission, context)
        try Self.checkIsOpen(form.settings, at: context.receivedAt)
        try await checkVersion(submission.formVersion, of: form, context)
        let checked = try await form.compiled.check(submission.answers, context)
        if form.settings.anonymous.value {
            return try await submitAnonymously(submission, checked, to: form, user, context)
        }
        let response = FormResponse(
            id: FormResponseID(at: context.receivedAt),
            formId: form.id,
            formVersion: form.form.version,
            userId: user.id,
            answers: checked.json,
            paymentStatus: form.settings.payment?.required.value == true ? .pending : nil,
            submittedAt: context.receivedAt,
            completionTime: submission.startedAt.map { max(0, Int((context.receivedAt - $0).components.seconds)) }
        )
        let new = NewResponse(response: response, form: form, respondent: user.id, submissionKey: submission.key)
        let updates = try await smartFields.updates(submission.updateProfile, checked, new, context)
        return try await store(new, checked, updates, context)
    }

    /// People of other universities may read a public form; answering it is for its own.
    private func checkMayAnswer(
        _ form: PublishedForm,
        _ user: RequestContext.User,
        _ submission: ResponseSubmission,
        _ context: RequestContext
    ) async throws {
        if let entity = submission.entity {
            guard user.isPlatformAdmin || user.tenant == form.tenant, entity == form.entityID else {
                throw ServiceError(.notFound)
            }
            // A registration stores its person with the answer's id, so an anonymous form takes no registrations.
            guard !form.settings.anonymous.value else { throw ServiceError(.formClosed) }
            return
        }
        guard try await access.isOpen(form, context) else {
            throw ServiceError(try await access.isOwner(of: form, context) ? .formClosed : .notFound)
        }
        guard user.isPlatformAdmin || user.tenant == form.tenant else {
            throw ServiceError(form.isPublic ? .forbidden : .notFound)
        }
        guard form.registrationOf == nil else { throw ServiceError(.registrationForm) }
    }

    /// Half-open: a response is in time from `opensAt` until just before `closesAt`, by the gateway's clock.
    private static func checkIsOpen(_ settings: FormSettings, at time: Timestamp) throws(ServiceError) {
        if let opensAt = settings.opensAt, time < opensAt { throw ServiceError(.formNotOpen) }
        if let closesAt = settings.closesAt, time >= closesAt { throw ServiceError(.formClosed) }
    }

    /// A version is accepted as long as nothing that was asked in it has changed.
    private func checkVersion(_ version: Int?, of form: PublishedForm, _ context: RequestContext) async throws {
        guard let version, version != form.form.version else { return }
        let changed = try await forms.changes(of: form, since: version, database.scoped(to: context), context)
        guard let changed else { throw ValidationError("formVersion", .notFound, "The form has no such version.") }
        guard changed.isEmpty else { throw ServiceError(.versionConflict, details: changed) }
    }

    private func store(
        _ new: NewResponse,
        _ checked: CheckedAnswers,
        _ updates: [StoredProfileUpdate],
        _ context: RequestContext
    ) async throws -> Created<FormResponse> {
        let event = Outbox.insert(FormResponseSubmitted(new), tenant: new.form.tenant, context: context)
        let isAlone =
            context.idempotencyKey == nil && new.submissionKey == nil && updates.isEmpty
            && checked.limitedOptions.isEmpty && !new.mayHaveAnsweredAnonymously && !new.isLarge
        do {
            if isAlone {
                try await ResponseStore(sql: database.scoped(to: context)).insert(new, event: event)
            } else {
                _ = try await database.transaction(context) { transaction in
                    try await store(new, checked, updates, event, transaction)
                }
            }
        } catch let error as PostgresError where error.isIntakeRefusal {
            throw try await refusal(of: new, context)
        } catch let error as PostgresError where error.isSecondResponse {
            throw ServiceError(.alreadyResponded)
        }
        database.eventsCommitted()
        return Created(new.response)
    }

    /// A response with everything that is stored beside it.
    private func store(
        _ new: NewResponse,
        _ checked: CheckedAnswers,
        _ updates: [StoredProfileUpdate],
        _ event: SQL,
        _ transaction: ServiceTransaction
    ) async throws -> Created<FormResponse> {
        if let key = new.submissionKey {
            // First: a withdrawal that is on its way waits here, or has come before.
            try await SubmissionStore(sql: transaction).insert(key, response: new.response.id, tenant: new.form.tenant)
        }
        let responses = ResponseStore(sql: transaction)
        try await responses.insert(new, event: event)
        if new.isLarge { try await responses.requireRoom(for: new) }
        if new.mayHaveAnsweredAnonymously { try await participants.requireNew(new, transaction) }
        try await OptionCounterStore(sql: transaction).take(checked.limitedOptions, of: new.form.id)
        try await ProfileUpdateStore(sql: transaction).insert(updates)
        return Created(new.response)
    }

    /// Returns the error for a response that the intake refused because the form is full, a storage quota is exhausted,
    /// or the form has changed since the answers were checked.
    ///
    /// A person who has already answered gets `ALREADY_RESPONDED`, even if the form is full.
    func refusal(of new: NewResponse, _ context: RequestContext) async throws -> any Error {
        let form = new.form
        let sql = database.scoped(to: context)
        let revision = try await FormStore(sql: sql).revision(of: form.id)
        guard revision == form.revision else { return FormWasChanged() }
        if form.settings.oneResponsePerUser.value, try await participants.hasAnswered(form, new.respondent, sql) {
            return ServiceError(.alreadyResponded)
        }
        guard try await ResponseStore(sql: sql).isLaden(new) else { return ServiceError(.formFull) }
        return ServiceError(.quotaExceeded, "The form's storage quota, or your share of it, is exhausted.")
    }
}

extension FormResponseSubmitted {
    init(_ new: NewResponse) {
        self.init(
            formId: new.form.id,
            formVersion: new.response.formVersion,
            responseId: new.response.id,
            userId: new.response.userId,
            entityType: new.form.form.entityType,
            entityId: new.form.entityID
        )
    }
}
