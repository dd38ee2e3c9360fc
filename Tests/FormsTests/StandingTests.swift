import Contracts
import Postgres
import SocietiesContracts
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts
@testable import ServiceKit

/// Checks that rights follow current standing: a table of operations and the reasons that end them.
@Suite("Rights by present standing", .serialized, .timeLimit(.minutes(5))) struct StandingTests {
    /// An operation on a form by one person.
    struct Attempt: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (TestForms, Form, RequestContext.User) async throws -> Void
        var testDescription: String { name }

        init(_ name: String, _ run: @escaping @Sendable (TestForms, Form, RequestContext.User) async throws -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Operations reserved for a form's owners.
    private static let ofOwners: [Attempt] = [
        Attempt("update") { forms, form, user in _ = try await forms.change(form.id, by: user, ["title": "Mine"]) },
        Attempt("replace") { forms, form, user in
            _ = try await ReplaceFormHandler(editor: forms.editor)
                .handle(ReplaceForm(id: form.id, title: Name(unchecked: "Mine")), context: forms.context(user))
        },
        Attempt("publish") { forms, form, user in _ = try await forms.take(.publish, form.id, by: user) },
        Attempt("close") { forms, form, user in _ = try await forms.take(.close, form.id, by: user) },
        Attempt("reopen") { forms, form, user in _ = try await forms.take(.reopen, form.id, by: user) },
        Attempt("archive") { forms, form, user in _ = try await forms.take(.archive, form.id, by: user) },
        Attempt("duplicate") { forms, form, user in
            _ = try await DuplicateFormHandler(database: forms.database, access: forms.access)
                .handle(DuplicateForm(id: form.id), context: forms.context(user))
        },
        Attempt("delete") { forms, form, user in
            _ = try await DeleteFormHandler(database: forms.database, access: forms.access)
                .handle(DeleteForm(id: form.id), context: forms.context(user))
        },
        Attempt("add a page") { forms, form, user in
            _ = try await AddPageHandler(editor: forms.editor)
                .handle(AddPage(id: form.id, title: PageTitle("More")), context: forms.context(user))
        },
        Attempt("update a page") { forms, form, user in
            let request = UpdatePage(id: form.id, pageId: form.pages[0].id, title: .set(.init(unchecked: "Other")))
            _ = try await UpdatePageHandler(editor: forms.editor).handle(request, context: forms.context(user))
        },
        Attempt("remove a page") { forms, form, user in
            _ = try await RemovePageHandler(editor: forms.editor)
                .handle(RemovePage(id: form.id, pageId: form.pages[0].id), context: forms.context(user))
        },
        Attempt("add a question") { forms, form, user in
            let request = AddQuestion(id: form.id, QuestionInput(type: .number, title: .init(unchecked: "How many?")))
            _ = try await AddQuestionHandler(editor: forms.editor).handle(request, context: forms.context(user))
        },
        Attempt("update a question") { forms, form, user in
            let request = UpdateQuestion(id: form.id, questionId: form.questions[0].id, required: true)
            _ = try await UpdateQuestionHandler(editor: forms.editor).handle(request, context: forms.context(user))
        },
        Attempt("remove a question") { forms, form, user in
            let request = RemoveQuestion(id: form.id, questionId: form.questions[0].id)
            _ = try await RemoveQuestionHandler(editor: forms.editor).handle(request, context: forms.context(user))
        },
        Attempt("reorder") { forms, form, user in
            let order = [PageOrder(id: form.pages[0].id, questions: form.questions.map(\.id))]
            _ = try await ReorderFormHandler(editor: forms.editor)
                .handle(ReorderForm(id: form.id, pages: order), context: forms.context(user))
        },
        Attempt("list responses") { forms, form, user in _ = try await forms.responses(of: form.id, by: user) },
        Attempt("export responses") { forms, form, user in
            _ = try await ExportResponsesHandler(database: forms.database, access: forms.access)
                .handle(ExportResponses(id: form.id), context: forms.context(user))
        },
        Attempt("read a response") { forms, form, user in
            let response = try await forms.anyResponse(to: form.id)
            _ = try await forms.response(response, of: form.id, by: user)
        },
        Attempt("delete a response") { forms, form, user in
            let response = try await forms.anyResponse(to: form.id)
            try await forms.deleteResponse(response, of: form.id, by: user)
        },
    ]

    /// Operations on a published form for anybody who may see it.
    private static let ofOthers: [Attempt] = [
        Attempt("read") { forms, form, user in _ = try await forms.get(form.id, by: user) },
        Attempt("autofill") { forms, form, user in _ = try await forms.autofill(form.id, by: user) },
        Attempt("answer") { forms, form, user in
            _ = try await forms.submit(form.id, [form.questions[0].id: true], by: user)
        },
        Attempt("list") { forms, form, user in
            guard try await forms.list(by: user).items.contains(where: { $0.id == form.id }) else {
                throw ServiceError(.notFound)
            }
        },
        Attempt("count") { forms, form, user in
            guard try await forms.list(by: user).pagination.total > 0 else { throw ServiceError(.notFound) }
        },
        Attempt("list the society's") { forms, form, user in
            let page = try await forms.list(ListForms(entityType: .society, entityId: form.entityId), by: user)
            guard !page.items.isEmpty else { throw ServiceError(.notFound) }
        },
        Attempt("list responses") { forms, form, user in _ = try await forms.responses(of: form.id, by: user) },
        Attempt("close") { forms, form, user in _ = try await forms.take(.close, form.id, by: user) },
    ]

    /// Reasons that end ownership of a society's form.
    enum OwnersReason: CaseIterable { case removed, demoted, deleted, movedAway }

    @Test("A former owner loses all rights to a form, even as its author", arguments: OwnersReason.allCases)
    func formerOwners(reason: OwnersReason) async throws {
        try await withForms { forms in
            var officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            _ = try await forms.submit(form.id, [form.questions[0].id: true], by: forms.user())
            #expect(try await forms.responses(of: form.id, by: officer).items.count == 1)
            switch reason {
            case .removed: forms.societies.change(society) { $0?.officers = [] }
            case .demoted:
                forms.societies.change(society) { [officer] in
                    $0?.officers = []
                    $0?.members = [officer.id]
                }
            case .deleted: forms.societies.change(society) { $0 = nil }
            case .movedAway: officer = officer.moved(to: UniversityID())
            }
            let former = officer
            try await until(.seconds(2)) {
                try await refusal { try await forms.responses(of: form.id, by: former) } == nil ? nil : ()
            }
            for attempt in Self.ofOwners {
                let code = try await refusal { try await attempt.run(forms, form, former) }
                #expect(code == .forbidden || code == .notFound, "\(attempt.name) after \(reason): \(code as Any)")
            }
            #expect(try await forms.stored(form.id).status == .published)
        }
    }

    /// Reasons that hide a society's forms from everybody else.
    enum OthersReason: CaseIterable { case suspended, archived, pending, deleted, membersOnly }

    @Test("Others lose a society's forms with the society", arguments: OthersReason.allCases, [false, true])
    func others(reason: OthersReason, isPublic: Bool) async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let settings = FormSettings(public: Flag(isPublic))
            let form = try await forms.published(
                [page(question(.yesNo))],
                by: officer,
                settings: settings,
                society: society.cast()
            )
            let (student, member) = (forms.user(), forms.user())
            forms.societies.change(society) { $0?.members = [member.id] }
            for attempt in Self.ofOthers.prefix(6) { try await attempt.run(forms, form, student) }
            #expect(try await refusal { try await forms.get(form.id, by: nil) } == (isPublic ? nil : .notFound))
            forms.societies.change(society) { society in
                switch reason {
                case .suspended: society?.status = .suspended
                case .archived: society?.status = .archived
                case .pending: society?.status = .pending
                case .deleted: society = nil
                case .membersOnly: society?.visibility = .members
                }
            }
            for user in [student, nil] {
                try await until(.seconds(2)) {
                    try await refusal { try await forms.get(form.id, by: user) } == .notFound ? () : nil
                }
            }
            for attempt in Self.ofOthers {
                try await until(.seconds(2)) {
                    try await refusal { try await attempt.run(forms, form, student) } == .notFound ? () : nil
                }
            }
            let ofMembers = try await refusal { try await forms.get(form.id, by: member) }
            #expect(ofMembers == (reason == .membersOnly ? nil : .notFound))
            if reason == .membersOnly {
                for attempt in Self.ofOthers.prefix(6) { try await attempt.run(forms, form, member) }
            }
            if reason != .deleted { #expect(try await forms.get(form.id, by: officer).id == form.id) }
        }
    }

    @Test("An author who may no longer write forms loses all rights to their survey")
    func surveys() async throws {
        try await withForms { forms in
            let author = forms.author()
            let form = try await forms.published([page(question(.yesNo))], by: author)
            _ = try await forms.submit(form.id, [form.questions[0].id: true], by: forms.user())
            let former = RequestContext.User(
                id: author.id,
                tenant: author.tenant,
                session: author.session,
                role: "student",
                permissions: []
            )
            for attempt in Self.ofOwners {
                let code = try await refusal { try await attempt.run(forms, form, former) }
                #expect(code == .forbidden || code == .notFound, "\(attempt.name): \(code as Any)")
            }
            #expect(try await forms.take(.close, form.id, by: forms.author()).status == .closed)
        }
    }

    @Test("Officers of a society that has ended read its forms and change nothing", arguments: [false, true])
    func endedSocieties(isArchived: Bool) async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            let draft = try await forms.draft([page(question(.yesNo))], by: officer, society: society.cast())
            forms.societies.change(society) { $0?.status = isArchived ? .archived : .suspended }
            forms.forget(society)
            #expect(try await refusal { try await forms.take(.publish, draft.id, by: officer) } == .invalidState)
            #expect(
                try await refusal { try await forms.draft([], by: officer, society: society.cast()) } == .forbidden
            )
            let answer = try await refusal {
                try await forms.submit(form.id, [form.questions[0].id: true], by: officer)
            }
            #expect(answer == .formClosed)
            let edit = try await refusal { try await forms.change(draft.id, by: officer, ["title": "Other"]) }
            #expect(edit == (isArchived ? .invalidState : nil))
            #expect(try await forms.responses(of: form.id, by: officer).items.isEmpty)
        }
    }

    @Test("A person whose standing can't be looked up is refused with 503")
    func unreachable() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            _ = try await forms.submit(form.id, [form.questions[0].id: true], by: forms.user())
            let survey = try await forms.published([page(question(.yesNo))], by: forms.author())
            forms.societies.setDown(true)
            forms.forget(society)
            for attempt in Self.ofOthers + Self.ofOwners {
                let code = try await refusal { try await attempt.run(forms, form, officer) }
                #expect(code == .serviceUnavailable, "\(attempt.name): \(code as Any)")
            }
            // A form without a society depends on no other service.
            #expect(try await forms.get(survey.id, by: forms.user()).id == survey.id)
        }
    }

    @Test("An answer is reused while fresh, and not after an event")
    func answersAreKept() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            _ = try await forms.responses(of: form.id, by: officer)
            let before = forms.societies.calls
            for _ in 0..<5 { _ = try await forms.responses(of: form.id, by: officer) }
            #expect(forms.societies.calls <= before + 2)
            forms.societies.change(society) { $0?.officers = [] }
            forms.forget(society)
            #expect(try await refusal { try await forms.responses(of: form.id, by: officer) } == .forbidden)
        }
    }
}

@Suite("Society events", .serialized, .timeLimit(.minutes(2))) struct SocietyEventTests {
    @Test("A society's events invalidate cached answers of its own university only")
    func forgetting() async throws {
        try await withForms { forms in
            let student = forms.user()
            let society = forms.societies.add(officer: UserID(), university: forms.university)
            let entities = EntityAccess(caller: forms.caller, lifetime: .seconds(600))
            /// Counts the calls to the societies service for both lists after such an event.
            func calls(at university: UniversityID, member: UserID? = nil) async throws -> Int {
                let before = forms.societies.calls
                entities.forget(EntityReference(.society, society.cast()), at: university, member: member)
                let context = forms.context(student)
                _ = try await entities.open(.society, at: forms.university, context)
                _ = try await entities.memberships(of: student.id, in: .society, at: forms.university, context)
                return forms.societies.calls - before
            }
            let atFirst = try await calls(at: UniversityID())
            let afterSociety = try await calls(at: forms.university)
            let afterMember = try await calls(at: forms.university, member: student.id)
            let afterOtherMember = try await calls(at: forms.university, member: UserID())
            let afterOtherUniversity = try await calls(at: UniversityID())
            #expect(atFirst == 2 && afterSociety == 2 && afterMember == 1)
            #expect(afterOtherMember == 0 && afterOtherUniversity == 0)
        }
    }

    @Test("Unanswered forms of a deleted society are deleted, and the others don't count toward their author's quota")
    func deletedSocieties() async throws {
        try await withForms { forms in
            let (officer, author) = (forms.user(), forms.author())
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let other: FormEntityID = forms.societies.add(officer: officer.id, university: forms.university).cast()
            let asked = question(.yesNo)
            let answered = try await forms.published([page(asked)], by: officer, society: society.cast())
            let unanswered = try await forms.published([page(asked)], by: officer, society: society.cast())
            let draft = try await forms.draft([], by: officer, society: society.cast())
            let others = try await forms.draft([], by: officer, society: other)
            _ = try await forms.submit(answered.id, [asked.id: true], by: forms.user())
            forms.societies.change(society) { $0 = nil }
            let event = SocietyDeleted(
                societyId: society,
                societyName: Name(unchecked: "Chess Society"),
                universityId: forms.university,
                deletedBy: officer.id
            )
            let metadata = EventMetadata(id: EventID(), time: .now(), tenant: forms.university)
            try await forms.database.transaction(.system("societies", logger: .silent), scope: .platform) {
                transaction in
                try await SocietyDeletedHandler(entities: forms.access.entities)
                    .handle(event, metadata: metadata, in: transaction)
            }
            for id in [unanswered.id, draft.id] {
                #expect(try await refusal { try await forms.get(id, by: author) } == .notFound)
            }
            #expect(try await forms.responses(of: answered.id, by: author).items.count == 1)
            #expect(try await forms.get(others.id, by: officer).id == others.id)
            #expect(try await refusal { try await forms.get(answered.id, by: officer) } == .notFound)
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    INSERT INTO forms.forms (id, tenant_id, title, entity_type, entity_id, status, is_public, settings,
                        version, revision, created_by, created_at, updated_at, document, is_orphaned)
                    SELECT gen_random_uuid(), tenant_id, title, entity_type, entity_id, status, is_public, settings,
                        version, revision, created_by, created_at, updated_at, document, is_orphaned
                    FROM forms.forms, generate_series(1, 5000) WHERE id = \(answered.id)
                    """,
                    scope: .none
                )
            }
            #expect(try await refusal { try await forms.draft([], by: officer, society: other) } == nil)
            try await forms.superuser { database in
                _ = try await database.execute("UPDATE forms.forms SET is_orphaned = false", scope: .none)
            }
            #expect(try await refusal { try await forms.draft([], by: officer, society: other) } == .quotaExceeded)
        }
    }
}

extension RequestContext.User {
    fileprivate func moved(to university: UniversityID) -> RequestContext.User {
        RequestContext.User(id: id, tenant: university, session: session, role: role, permissions: permissions)
    }
}

extension TestForms {
    /// One of a form's responses, regardless of who may see it.
    fileprivate func anyResponse(to form: FormID) async throws -> FormResponseID {
        try await superuser { database in
            try await database.one(
                "SELECT id FROM forms.form_responses WHERE form_id = \(form) LIMIT 1",
                scope: .none
            )["id"]
        }
    }

    fileprivate func stored(_ form: FormID) async throws -> StoredForm {
        try #require(try await FormStore(sql: database.scoped(to: .university(university))).find(form))
    }
}
