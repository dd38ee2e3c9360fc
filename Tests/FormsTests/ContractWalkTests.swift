import Contracts
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

/// Walks the contracts with one shared list of calls that succeed.
@Suite("What the contracts of forms promise", .timeLimit(.minutes(10)))
struct ContractWalkTests {
    @Test("Every POST handles an Idempotency-Key as its contract says")
    func idempotency() async throws {
        try await withForms { forms in
            let walk = RepeatedRequests(of: forms.walked, calls: forms.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    @Test("Every write honours conditions, and a refused one changes nothing")
    func preconditions() async throws {
        try await withForms { forms in
            let walk = ConditionalRequests(of: forms.walked, calls: forms.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 19: What forms accepts reads back**
    //
    // A request in which some members take extreme values of their types is rejected at its fields, or its result
    // is readable by every GET, list, export and event.
    @Test("Property 19: what is accepted at the edges of its types reads back everywhere")
    func extremes() async throws {
        try await withForms { forms in
            let walk = ExtremeRequests(of: forms.walked, calls: forms.calls)
            let faults = try await walk.faults(Seed.batch(100))
            #expect(faults == [])
        }
    }
}

extension ServiceLab {
    fileprivate var calls: [SampleCall] {
        formCalls + stepCalls + partCalls + responseCalls + profileUpdateCalls + mappingCalls
    }

    /// A form in a society of its own.
    private struct Scene {
        let officer: RequestContext.User
        let society: SocietyID
        let form: Form

        var address: GetForm { GetForm(id: form.id) }
    }

    /// The latest scene, whose officer loses the office.
    private final class Latest: Sendable {
        let scene = Mutex<Scene?>(nil)
    }

    private func scene(_ step: FormTransition?...) async throws -> Scene {
        let officer = user()
        let society = try await society(of: officer)
        let pages = [page(question(.shortText), question(.number)), page(question(.yesNo))]
        var form = try await draft(pages, by: officer, society: society.cast())
        for step in step.compactMap(\.self) { form = try await take(step, form.id, by: officer) }
        return Scene(officer: officer, society: society, form: form)
    }

    /// A call by an officer, who is then dismissed to show that the right ends with the office.
    private func officersCall<Operation: ServiceOperation>(
        _ operation: Operation.Type,
        after steps: FormTransition?...,
        make: @escaping @Sendable (Scene) throws -> Operation
    ) -> SampleCall {
        let latest = Latest()
        let dismiss: @Sendable () async throws -> Void = {
            guard let scene = latest.scene.withLock(\.self) else { return }
            try await self.dismiss(scene.officer, from: scene.society)
            try await deliverEvents()
        }
        let step = steps.first ?? nil
        let next = steps.dropFirst().first ?? nil
        return SampleCall(operation, revoke: dismiss) {
            let scene = try await scene(step, next)
            latest.scene.withLock { $0 = scene }
            return Sample(try make(scene), by: scene.officer, of: scene.address)
        }
    }

    private var formCalls: [SampleCall] {
        let name = Name(unchecked: "Sign up")
        let pages = [page(question(.shortText), question(.dropdown, options: ["a", "b"]))]
        return [
            SampleCall(CreateForm.self) {
                let inputs = try pages.map { try FormPageInput(jsonBytes: $0.jsonBytes) }
                return Sample(CreateForm(title: name, pages: inputs), by: author())
            },
            officersCall(ReplaceForm.self) { scene in
                let inputs = try pages.map { try FormPageInput(jsonBytes: $0.jsonBytes) }
                return ReplaceForm(id: scene.form.id, title: name, pages: inputs)
            },
            officersCall(UpdateForm.self) { UpdateForm(id: $0.form.id, title: name) },
            officersCall(DuplicateForm.self) { DuplicateForm(id: $0.form.id, title: name) },
            officersCall(DeleteForm.self) { DeleteForm(id: $0.form.id) },
        ]
    }

    private var stepCalls: [SampleCall] {
        [
            officersCall(PublishForm.self) { PublishForm(id: $0.form.id) },
            officersCall(CloseForm.self, after: .publish) { CloseForm(id: $0.form.id) },
            officersCall(ReopenForm.self, after: .publish, .close) { ReopenForm(id: $0.form.id) },
            officersCall(ArchiveForm.self) { ArchiveForm(id: $0.form.id) },
        ]
    }

    private var partCalls: [SampleCall] {
        let title = PageTitle(unchecked: "More")
        return [
            officersCall(AddPage.self) { AddPage(id: $0.form.id, title: title) },
            officersCall(UpdatePage.self) {
                UpdatePage(id: $0.form.id, pageId: $0.form.pages[0].id, title: .set(title))
            },
            officersCall(RemovePage.self) { RemovePage(id: $0.form.id, pageId: $0.form.pages[1].id) },
            officersCall(AddQuestion.self, after: .publish) {
                let input = QuestionInput(type: .longText, title: QuestionTitle(unchecked: "Why?"))
                return AddQuestion(id: $0.form.id, pageId: $0.form.pages[0].id, input)
            },
            officersCall(UpdateQuestion.self, after: .publish) {
                UpdateQuestion(id: $0.form.id, questionId: $0.form.pages[0].questions[0].id, required: true)
            },
            officersCall(RemoveQuestion.self) {
                RemoveQuestion(id: $0.form.id, questionId: $0.form.pages[0].questions[0].id)
            },
            officersCall(ReorderForm.self) { scene in
                let pages = scene.form.pages.reversed().map { PageOrder(id: $0.id, questions: $0.questions.map(\.id)) }
                return ReorderForm(id: scene.form.id, pages: pages)
            },
        ]
    }

    private var responseCalls: [SampleCall] {
        let latest = Latest()
        let suspend: @Sendable () async throws -> Void = {
            guard let society = latest.scene.withLock(\.self)?.society else { return }
            try await self.suspend(society)
            try await deliverEvents()
        }
        return [
            SampleCall(SubmitResponse.self, revoke: suspend) {
                let officer = user()
                let society = try await society(of: officer)
                let questions: [(Question, JSONValue)] = [
                    (question(.shortText), "Ada"), (question(.longText), "At length"), (question(.number), 7),
                    (question(.yesNo), true), (question(.matrix, options: ["a", "b"], rows: ["x", "y"]), ["x": "a"]),
                    (question(.multipleChoice, options: ["a", "b"]), "a"),
                ]
                let pages = questions.map { page($0.0) }
                let form = try await published(pages, by: officer, society: society.cast())
                latest.scene.withLock { $0 = Scene(officer: officer, society: society, form: form) }
                let answers = questions.map { ("\($0.0.id)", $0.1) }
                let request = SubmitResponse(id: form.id, answers: Dictionary(uniqueKeysWithValues: answers))
                return Sample(request, by: user(), readers: [officer])
            },
            SampleCall(DeleteResponse.self) {
                let scene = try await scene(.publish)
                let answers: [QuestionID: JSONValue] = [scene.form.pages[0].questions[0].id: "Ada"]
                let response = try await submit(scene.form.id, answers, by: user())
                let address = GetResponse(id: scene.form.id, responseId: response.id)
                return Sample(
                    DeleteResponse(id: scene.form.id, responseId: response.id),
                    by: scene.officer,
                    of: address
                )
            },
        ]
    }

    private var profileUpdateCalls: [SampleCall] {
        @Sendable func pending() async throws -> (update: ProfileUpdate, student: RequestContext.User) {
            let student = try await account()
            let asked = question(.shortText, key: "firstName")
            let form = try await published([page(asked)], by: author())
            _ = try await submit(form.id, [asked.id: "Ada"], by: student, updateProfile: [asked.id])
            return (try #require(try await updates(by: student).first), student)
        }
        return [
            SampleCall(ApproveProfileUpdate.self) {
                let (update, student) = try await pending()
                return Sample(ApproveProfileUpdate(id: update.id), by: student, tag: EntityTag.of(update))
            },
            SampleCall(RejectProfileUpdate.self) {
                let (update, student) = try await pending()
                return Sample(RejectProfileUpdate(id: update.id), by: student, tag: EntityTag.of(update))
            },
        ]
    }

    private var mappingCalls: [SampleCall] {
        @Sendable func key() -> ProfileFieldKey { ProfileFieldKey(unchecked: "key-\(UserID())") }
        let path = ProfileFieldKey(unchecked: "custom.shirt")
        return [
            SampleCall(CreateProfileFieldMapping.self) {
                let request = CreateProfileFieldMapping(
                    fieldKey: key(),
                    displayLabel: Name(unchecked: "Shirt"),
                    dataType: .init(unchecked: "text"),
                    profilePath: path
                )
                return Sample(request, by: platformAdmin)
            },
            SampleCall(ReplaceProfileFieldMapping.self) {
                let mapping = try await map(key().text, to: path.text)
                let request = ReplaceProfileFieldMapping(
                    id: mapping.id,
                    fieldKey: mapping.fieldKey,
                    displayLabel: Name(unchecked: "Size"),
                    dataType: mapping.dataType,
                    profilePath: path
                )
                return Sample(request, by: platformAdmin, of: GetProfileFieldMapping(id: mapping.id))
            },
            SampleCall(DeleteProfileFieldMapping.self) {
                let mapping = try await map(key().text, to: path.text)
                let address = GetProfileFieldMapping(id: mapping.id)
                return Sample(DeleteProfileFieldMapping(id: mapping.id), by: platformAdmin, of: address)
            },
        ]
    }
}
