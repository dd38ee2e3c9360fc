import Contracts
import Postgres
import SocietiesContracts
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts
@testable import ServiceKit

/// Checks that rights follow current standing: a table of operations and the reasons that end them.
@Suite("Rights by present standing", .serialized, .timeLimit(.minutes(10))) struct StandingTests {
    /// An operation on a form by one person.
    struct Attempt: Sendable, CustomTestStringConvertible {
        let name: String
        let run: @Sendable (ServiceLab, Form, RequestContext.User) async throws -> Void
        var testDescription: String { name }

        init(_ name: String, _ run: @escaping @Sendable (ServiceLab, Form, RequestContext.User) async throws -> Void) {
            self.name = name
            self.run = run
        }

        /// Waits until the attempt is answered with 404.
        func waitUntilRefused(_ forms: ServiceLab, _ form: Form, _ user: RequestContext.User) async throws {
            try await until(.seconds(2)) {
                try await refusal { try await run(forms, form, user) } == .notFound ? () : nil
            }
        }
    }

    /// Operations reserved for a form's owners.
    private static let ofOwners: [Attempt] = [
        Attempt("update") { forms, form, user in _ = try await forms.change(form.id, by: user, ["title": "Mine"]) },
        Attempt("replace") { forms, form, user in
            try await forms.call(ReplaceForm(id: form.id, title: Name(unchecked: "Mine")), as: user)
        },
        Attempt("publish") { forms, form, user in _ = try await forms.take(.publish, form.id, by: user) },
        Attempt("close") { forms, form, user in _ = try await forms.take(.close, form.id, by: user) },
        Attempt("reopen") { forms, form, user in _ = try await forms.take(.reopen, form.id, by: user) },
        Attempt("archive") { forms, form, user in _ = try await forms.take(.archive, form.id, by: user) },
        Attempt("duplicate") { forms, form, user in
            try await forms.call(DuplicateForm(id: form.id), as: user)
        },
        Attempt("delete") { forms, form, user in
            try await forms.call(DeleteForm(id: form.id), as: user)
        },
        Attempt("add a page") { forms, form, user in
            try await forms.call(AddPage(id: form.id, title: PageTitle("More")), as: user)
        },
        Attempt("update a page") { forms, form, user in
            let request = UpdatePage(id: form.id, pageId: form.pages[0].id, title: .set(.init(unchecked: "Other")))
            try await forms.call(request, as: user)
        },
        Attempt("remove a page") { forms, form, user in
            try await forms.call(RemovePage(id: form.id, pageId: form.pages[0].id), as: user)
        },
        Attempt("add a question") { forms, form, user in
            let request = AddQuestion(id: form.id, QuestionInput(type: .number, title: .init(unchecked: "How many?")))
            try await forms.call(request, as: user)
        },
        Attempt("update a question") { forms, form, user in
            let request = UpdateQuestion(id: form.id, questionId: form.questions[0].id, required: true)
            try await forms.call(request, as: user)
        },
        Attempt("remove a question") { forms, form, user in
            let request = RemoveQuestion(id: form.id, questionId: form.questions[0].id)
            try await forms.call(request, as: user)
        },
        Attempt("reorder") { forms, form, user in
            let order = [PageOrder(id: form.pages[0].id, questions: form.questions.map(\.id))]
            try await forms.call(ReorderForm(id: form.id, pages: order), as: user)
        },
        Attempt("list responses") { forms, form, user in _ = try await forms.responses(of: form.id, by: user) },
        Attempt("export responses") { forms, form, user in
            try await forms.call(ExportResponses(id: form.id), as: user)
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
            let society = try await forms.society(of: officer)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            _ = try await forms.submit(form.id, [form.questions[0].id: true], by: forms.user())
            #expect(try await forms.responses(of: form.id, by: officer).items.count == 1)
            switch reason {
            case .removed: try await forms.dismiss(officer, from: society)
            case .demoted: try await forms.demote(officer, in: society)
            case .deleted: try await forms.delete(society)
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
    enum OthersReason: CaseIterable {
        case suspended, archived, pending, deleted, membersOnly

        func apply(to society: SocietyID, _ forms: ServiceLab) async throws {
            switch self {
            case .suspended: try await forms.suspend(society)
            case .archived: try await forms.archive(society)
            case .pending: try await forms.unapprove(society)
            case .deleted: try await forms.delete(society)
            case .membersOnly: try await forms.hide(society)
            }
        }
    }

    @Test("Others lose a society's forms with the society", arguments: OthersReason.allCases, [false, true])
    func others(reason: OthersReason, isPublic: Bool) async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = try await forms.society(of: officer)
            let settings = FormSettings(public: Flag(isPublic))
            let form = try await forms.published(
                [page(question(.yesNo))],
                by: officer,
                settings: settings,
                society: society.cast()
            )
            let (student, member) = (forms.user(), forms.user())
            try await forms.add(member, to: society)
            for attempt in Self.ofOthers.prefix(6) { try await attempt.run(forms, form, student) }
            #expect(try await refusal { try await forms.get(form.id, by: nil) } == (isPublic ? nil : .notFound))
            try await reason.apply(to: society, forms)
            let readAsNobody = Attempt("read as nobody") { forms, form, _ in _ = try await forms.get(form.id, by: nil) }
            for attempt in Self.ofOthers + [readAsNobody] {
                try await attempt.waitUntilRefused(forms, form, student)
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
            let society = try await forms.society(of: officer)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            let draft = try await forms.draft([page(question(.yesNo))], by: officer, society: society.cast())
            try await isArchived ? forms.archive(society) : forms.suspend(society)
            try await forms.deliverEvents()
            #expect(try await refusal { try await forms.take(.publish, draft.id, by: officer) } == .invalidState)
            #expect(try await refusal { try await forms.draft([], by: officer, society: society.cast()) } == .forbidden)
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
            let society = try await forms.society(of: officer)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            _ = try await forms.submit(form.id, [form.questions[0].id: true], by: forms.user())
            let survey = try await forms.published([page(question(.yesNo))], by: forms.author())
            forms.setDown("societies")
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
            let society = try await forms.society(of: officer)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            _ = try await forms.responses(of: form.id, by: officer)
            let before = forms.calls(to: "societies")
            for _ in 0..<5 { _ = try await forms.responses(of: form.id, by: officer) }
            #expect(forms.calls(to: "societies") <= before + 2)
            try await forms.dismiss(officer, from: society)
            try await forms.deliverEvents()
            #expect(try await refusal { try await forms.responses(of: form.id, by: officer) } == .forbidden)
        }
    }

    @Test("Societies of the release before is asked by the former operations")
    func formerSocieties() async throws {
        try await withForms { forms in
            let (officer, member) = (forms.user(), forms.user())
            let society = try await forms.society(of: officer)
            try await forms.add(member, to: society)
            try await forms.hide(society)
            let unknown = LabFault.refused(ServiceError(.notFound, "There is no operation of that name."))
            forms.interfere(with: CheckAccess.self, at: "societies", unknown, times: .max)
            forms.interfere(with: ListOpenEntities.self, at: "societies", unknown, times: .max)
            forms.interfere(with: ListMemberships.self, at: "societies", unknown, times: .max)
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            for person in [officer, member] {
                #expect(try await forms.get(form.id, by: person).id == form.id)
                #expect(try await forms.list(by: person).items.map(\.id) == [form.id])
            }
            #expect(try await refusal { try await forms.get(form.id, by: forms.user()) } == .notFound)
            let missing = SocietyID().cast(to: Entity.self)
            #expect(try await refusal { try await forms.draft([], by: officer, society: missing) } == .notFound)
        }
    }
}

@Suite("Society events", .serialized, .timeLimit(.minutes(10))) struct SocietyEventTests {
    @Test("A society's events invalidate cached answers of its own university only")
    func forgetting() async throws {
        try await withForms { forms in
            let student = forms.user()
            let society = try await forms.society(of: forms.user())
            let entities = EntityAccess(caller: forms.caller, lifetime: .seconds(600))
            /// Counts the calls to the societies service for both lists after such an event.
            func calls(at university: UniversityID, member: UserID? = nil) async throws -> Int {
                let before = forms.calls(to: "societies")
                entities.forget(EntityReference(.society, society.cast()), at: university, member: member)
                let context = forms.context(student)
                _ = try await entities.open(.society, at: forms.university, context)
                _ = try await entities.memberships(of: student.id, in: .society, at: forms.university, context)
                return forms.calls(to: "societies") - before
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
            let society = try await forms.society(of: officer)
            let other: FormEntityID = try await forms.society(of: officer).cast()
            let asked = question(.yesNo)
            let answered = try await forms.published([page(asked)], by: officer, society: society.cast())
            let unanswered = try await forms.published([page(asked)], by: officer, society: society.cast())
            let draft = try await forms.draft([], by: officer, society: society.cast())
            let others = try await forms.draft([], by: officer, society: other)
            _ = try await forms.submit(answered.id, [asked.id: true], by: forms.user())
            try await forms.delete(society)
            try await forms.deliverEvents()
            for id in [unanswered.id, draft.id] {
                #expect(try await refusal { try await forms.get(id, by: author) } == .notFound)
            }
            #expect(try await forms.responses(of: answered.id, by: author).items.count == 1)
            #expect(try await forms.get(others.id, by: officer).id == others.id)
            #expect(try await refusal { try await forms.get(answered.id, by: officer) } == .notFound)
            try await forms.execute(
                """
                INSERT INTO forms.forms (id, tenant_id, title, entity_type, entity_id, status, is_public, settings,
                    version, revision, created_by, created_at, updated_at, document, is_orphaned)
                SELECT gen_random_uuid(), tenant_id, title, entity_type, entity_id, status, is_public, settings,
                    version, revision, created_by, created_at, updated_at, document, is_orphaned
                FROM forms.forms, generate_series(1, 5000) WHERE id = \(answered.id)
                """
            )
            #expect(try await refusal { try await forms.draft([], by: officer, society: other) } == nil)
            try await forms.execute("UPDATE forms.forms SET is_orphaned = false")
            #expect(try await refusal { try await forms.draft([], by: officer, society: other) } == .quotaExceeded)
        }
    }
}

extension RequestContext.User {
    fileprivate func moved(to university: UniversityID) -> RequestContext.User {
        RequestContext.User(id: id, tenant: university, session: session, role: role, permissions: permissions)
    }
}

extension ServiceLab {
    /// One of a form's responses, regardless of who may see it.
    fileprivate func anyResponse(to form: FormID) async throws -> FormResponseID {
        try await one("SELECT id FROM forms.form_responses WHERE form_id = \(form) LIMIT 1")["id"]
    }

    fileprivate func stored(_ form: FormID) async throws -> StoredForm {
        try #require(try await FormStore(sql: database.scoped(to: .university(university))).find(form))
    }
}
