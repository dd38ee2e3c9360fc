import Contracts
import FormsContracts
import Postgres
import ServiceKit
import Synchronization

/// A form that takes responses, as it was at one revision, ready for holding answers against it.
struct PublishedForm: Sendable, HeldForm {
    let id: FormID
    let tenant: UniversityID
    let entityType: FormEntityType
    let entityID: FormEntityID?
    let registrationOf: FormEntityID?
    let wasAnonymous: Bool
    let isPublic: Bool
    let revision: Int
    let compiled: CompiledForm
    /// The approximate memory use, in bytes.
    let bytes: Int

    var form: Form { compiled.form }
    var settings: FormSettings { form.settings }

    private init(_ stored: StoredForm, _ compiled: CompiledForm) {
        id = stored.id
        tenant = stored.tenant
        entityType = stored.entityType
        entityID = stored.entityID
        registrationOf = stored.registrationOf
        wasAnonymous = stored.wasAnonymous
        isPublic = stored.isPublic
        revision = stored.revision
        self.compiled = compiled
        bytes = 4_096 + stored.document.bytes.count * FormDocument.bytesInMemory + compiled.patternBytes
    }

    /// Prepares a form, off the serving threads if that takes long.
    ///
    /// - Throws: `UnreadableForm`, a fault of the service and not of the respondent; `WorkExhausted`.
    static func compile(_ stored: StoredForm, _ context: RequestContext) async throws -> PublishedForm {
        do {
            let form = try await context.read(stored.document)
            return PublishedForm(stored, try await context.compile(form))
        } catch let error as ValidationError {
            throw UnreadableForm(id: stored.id, cause: error)
        }
    }
}

/// A stored form that this version of the service cannot read.
struct UnreadableForm: Error {
    let id: FormID
    let cause: any Error
}

extension CompiledForm {
    /// Checks answers, off the serving threads if that takes long; see `check(_:work:)`.
    func check(_ answers: Answers, _ context: RequestContext) async throws -> CheckedAnswers {
        let given = identify(answers)
        return try await context.computing(steps: estimatedSteps(for: given.answers)) { work in
            try check(given, work: work)
        }
    }
}

/// The forms that were answered lately, compiled.
///
/// A copy may be out of date: the statement that stores a response holds its revision against the form's, and what a
/// copy refuses is held against the form itself before anybody hears of it.
final class PublishedForms: Sendable {
    /// In bytes, by estimate; a form of ten questions takes some 30 KB.
    private static let limit = 24 << 20
    private static let limitOfChanges = 4 << 20

    private let forms = Mutex(ByteBoundedCache<FormID, PublishedForm>(limit: limit))
    private let changes = Mutex(ByteBoundedCache<Step, [FieldError]>(limit: limitOfChanges))

    /// Leads from an earlier version to a form's revision.
    private struct Step: Hashable {
        let form: FormID
        let revision: Int
        let earlier: Int
    }

    /// The estimated size of all forms.
    var bytes: Int { forms.withLock(\.bytes) }

    subscript(id: FormID) -> PublishedForm? {
        forms.withLock { $0.value(of: id) }
    }

    func keep(_ form: PublishedForm) {
        forms.withLock { $0.keep(form, bytes: form.bytes, for: form.id) }
    }

    func forget(_ id: FormID) {
        forms.withLock { $0.forget(id) }
    }

    /// Returns the questions to review after an earlier version; see `Form.changedQuestions(since:)`.
    ///
    /// - Returns: `nil` if the form has no such version.
    func changes(
        of form: PublishedForm,
        since version: Int,
        _ sql: any SQLExecutor,
        _ context: RequestContext
    ) async throws -> [FieldError]? {
        let step = Step(form: form.id, revision: form.revision, earlier: version)
        if let known = changes.withLock({ $0.value(of: step) }) { return known }
        guard let document = try await FormStore(sql: sql).versionDocument(version, of: form.id) else { return nil }
        let steps = form.form.compilingSteps
        let earlier = try await context.read(document)
        let found = try await context.computing(steps: steps) { work in
            try work.spend(steps)
            return form.form.changedQuestions(since: earlier)
        }
        changes.withLock { $0.keep(found, bytes: 256 + found.count * 256, for: step) }
        return found
    }
}
