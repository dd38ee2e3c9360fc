import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

@Suite("Registration forms", .serialized, .timeLimit(.minutes(10))) struct RegistrationFormTests {
    private func bind(_ form: FormID, to society: FormEntityID, _ forms: ServiceLab) async throws {
        try await forms.call(BindForm(formId: form, entityId: society, universityId: forms.university))
    }

    private func entitySubmission(_ form: Form, _ society: FormEntityID) -> SubmitForEntity {
        SubmitForEntity(
            formId: form.id,
            entityId: society,
            submissionKey: SubmissionKey(),
            answers: ["\(form.questions[0].id)": true]
        )
    }

    private func withSociety(_ body: (ServiceLab, FormEntityID, RequestContext.User) async throws -> Void) async throws
    {
        try await withForms { forms in
            let officer = forms.user()
            let society: FormEntityID = try await forms.society(of: officer).cast()
            try await body(forms, society, officer)
        }
    }

    @Test("Only a published, named form of the society can be bound")
    func whatCanBeBound() async throws {
        try await withSociety { forms, society, officer in
            let pages = [page(question(.yesNo))]
            let draft = try await forms.draft(pages, by: officer, society: society)
            #expect(try await refusal { try await bind(draft.id, to: society, forms) } == .formNotOpen)
            let anonymous = try await forms.published(
                pages,
                by: officer,
                settings: FormSettings(anonymous: true),
                society: society
            )
            #expect(try await refusal { try await bind(anonymous.id, to: society, forms) } == .formIsAnonymous)
            let survey = try await forms.published([page(question(.yesNo))], by: forms.author())
            for form in [survey.id, FormID()] {
                #expect(try await refusal { try await bind(form, to: society, forms) } == .notFound)
            }
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society)
            #expect(try await refusal { try await bind(form.id, to: FormEntityID(), forms) } == .notFound)
            #expect(try await refusal { try await bind(form.id, to: society, forms) } == nil)
        }
    }

    @Test("A bound form takes answers through registration alone, also where it was answered before")
    func answersComeThroughRegistration() async throws {
        try await withSociety { forms, society, officer in
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society)
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [form.questions[0].id: true], by: user) }
            }
            #expect(try await submit(forms.user()) == nil)
            for _ in 0..<2 { try await bind(form.id, to: society, forms) }
            #expect(try await submit(forms.user()) == .registrationForm)
            #expect(try await submit(officer) == .registrationForm)
            _ = try await forms.submitForEntity(entitySubmission(form, society), by: forms.user())
            try await forms.database.transaction(.system("forms", logger: .silent), scope: .platform) { transaction in
                try await FormStore(sql: transaction).release(of: society, except: FormID())
            }
            #expect(try await submit(forms.user()) == nil)
            #expect(try await forms.responses(of: form.id, by: officer).pagination.total == 3)
        }
    }

    @Test("A bound form stays named, and is neither archived nor deleted; binding again changes nothing")
    func boundFormsStay() async throws {
        try await withSociety { forms, society, officer in
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society)
            try await bind(form.id, to: society, forms)
            let tags = try await [0, 1].asyncMap { _ in
                try await bind(form.id, to: society, forms)
                return try await forms.tag(of: GetForm(id: form.id), as: officer)
            }
            #expect(tags[0] == tags[1])
            let anonymous: JSONValue = ["settings": ["anonymous": true]]
            #expect(try await refusal { try await forms.change(form.id, by: officer, anonymous) } == .formInUse)
            #expect(try await refusal { try await forms.take(.archive, form.id, by: officer) } == .formInUse)
            let delete = try await refusal { try await forms.call(DeleteForm(id: form.id), as: officer) }
            #expect(delete == .formInUse)
            #expect(try await forms.change(form.id, by: officer, ["title": "Join us"]).title.text == "Join us")
            #expect(try await forms.take(.close, form.id, by: officer).status == .closed)
        }
    }

    @Test("An anonymous form takes no registration")
    func anonymousFormsRegisterNobody() async throws {
        try await withSociety { forms, society, officer in
            let form = try await forms.published(
                [page(question(.yesNo))],
                by: officer,
                settings: FormSettings(anonymous: true),
                society: society
            )
            let request = entitySubmission(form, society)
            #expect(try await refusal { try await forms.submitForEntity(request, by: forms.user()) } == .formClosed)
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
