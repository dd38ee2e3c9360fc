import Contracts
import Mesh
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

@Suite(.serialized, .timeLimit(.minutes(10))) struct LifecycleTests {
    @Test("A form is made, published, closed, opened again and archived, and tells of it")
    func lifeOfAForm() async throws {
        try await withForms { forms in
            let author = forms.author()
            let draft = try await forms.draft([page(question(.yesNo))], by: author)
            #expect(draft.status == .draft)
            #expect(draft.version == 1)
            let published = try await forms.take(.publish, draft.id, by: author)
            #expect(published.status == .published)
            #expect(published.publishedAt != nil)
            #expect(published.pages == draft.pages)
            #expect(try await refusal { try await forms.take(.publish, draft.id, by: author) } == .invalidState)
            #expect(try await forms.take(.close, draft.id, by: author).status == .closed)
            #expect(try await forms.take(.reopen, draft.id, by: author).version == 1)
            #expect(try await forms.take(.archive, draft.id, by: author).status == .archived)
            #expect(
                try await refusal { try await forms.change(draft.id, by: author, ["title": "New"]) } == .invalidState
            )
            #expect(try await forms.events() == ["form.published", "form.closed", "form.published", "form.closed"])
        }
    }

    @Test("A bare title makes a draft, and every field that is not said reads as null or false")
    func bareTitle() async throws {
        try await withForms { forms in
            let request = try CreateForm.decode(OperationInput(body: Array(#"{"title": "Barely"}"#.utf8)))
            let reply = try await forms.send(request, as: forms.author())
            let form = try CreateForm.Reply.read(body: reply.body).value.form()
            #expect(form.entityType == .survey)
            #expect(form.settings == FormSettings())
            #expect(form.pages.isEmpty)
            #expect(reply.headers.first(named: "location") == "/api/v1/forms/\(form.id)")
            let json = try JSONParser.parse(reply.body)["data"]
            #expect(json?["publishedAt"] == .null)
            #expect(json?["settings"]?["oneResponsePerUser"] == false)
            #expect(json?["settings"]?["closesAt"] == .null)
        }
    }

    @Test("Surveys are for those who may write forms, society forms for the society's officers")
    func whoMayMakeForms() async throws {
        try await withForms { forms in
            let student = forms.user()
            let officer = forms.user()
            let society = try await forms.society(of: officer)
            #expect(try await refusal { try await forms.draft([], by: student) } == .forbidden)
            #expect(try await refusal { try await forms.draft([], by: student, society: society.cast()) } == .forbidden)
            #expect(try await refusal { try await forms.draft([], by: officer, society: FormEntityID()) } == .notFound)
            let form = try await forms.draft([page(question(.yesNo))], by: officer, society: society.cast())
            #expect(try await refusal { try await forms.get(form.id, by: student) } == .notFound)
            #expect(try await forms.get(form.id, by: officer) == form)
            let event = CreateForm(title: Name(unchecked: "E"), entityType: .event, entityId: FormEntityID())
            #expect(try await refusal { try await forms.create(event, by: officer) } == .forbidden)
            #expect(try await forms.create(event, by: forms.author()).entityType == .event)
            let nowhere = CreateForm(title: Name(unchecked: "S"))
            #expect(try await refusal { try await forms.create(nowhere, by: forms.platformAdmin) } == .validation)
            let somewhere = CreateForm(title: Name(unchecked: "S"), universityId: forms.university)
            let made = try await forms.create(somewhere, by: forms.platformAdmin)
            #expect(try await forms.get(made.id, by: forms.author()).id == made.id)
        }
    }

    @Test("Drafts are their owners', published forms their university's, public ones everybody's")
    func whoMaySeeForms() async throws {
        try await withForms { forms in
            let author = forms.author()
            let stranger = forms.author(at: UniversityID())
            let draft = try await forms.draft([page(question(.yesNo))], by: author)
            #expect(try await refusal { try await forms.get(draft.id, by: forms.user()) } == .notFound)
            #expect(try await refusal { try await forms.get(draft.id, by: nil) } == .notFound)
            _ = try await forms.take(.publish, draft.id, by: author)
            #expect(try await forms.get(draft.id, by: forms.user()).status == .published)
            #expect(try await refusal { try await forms.get(draft.id, by: nil) } == .notFound)
            #expect(try await refusal { try await forms.get(draft.id, by: stranger) } == .notFound)
            _ = try await forms.change(draft.id, by: author, ["settings": ["public": true]])
            #expect(try await forms.get(draft.id, by: nil).settings.public == true)
            #expect(try await forms.get(draft.id, by: stranger).id == draft.id)
            #expect(
                try await refusal { try await forms.change(draft.id, by: stranger, ["title": "Mine"]) } == .forbidden
            )
            #expect(
                try await refusal { try await forms.change(draft.id, by: forms.user(), ["title": "M"]) } == .forbidden
            )
            _ = try await forms.take(.archive, draft.id, by: author)
            #expect(try await refusal { try await forms.get(draft.id, by: nil) } == .notFound)
            #expect(try await refusal { try await forms.get(draft.id, by: forms.user()) } == .notFound)
            #expect(try await forms.get(draft.id, by: author).status == .archived)
        }
    }

    @Test("Editing a published form makes a version; a draft and an edit that changes nothing make none")
    func editingMakesVersions() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let draft = try await forms.draft([page(asked)], by: author)
            #expect(try await forms.change(draft.id, by: author, ["title": "Better"]).version == 1)
            _ = try await forms.take(.publish, draft.id, by: author)
            #expect(try await forms.change(draft.id, by: author, ["title": "Better"]).version == 1)
            #expect(try await forms.change(draft.id, by: author, ["title": "Best"]).version == 2)
            let added = try await forms.call(
                AddQuestion(id: draft.id, QuestionInput(type: .number, title: .init(unchecked: "How many?"))),
                as: author
            )
            #expect(added.value.order == 2)
            let versions = try await forms.query("SELECT version, document FROM forms.form_versions ORDER BY version")
                .map { (try $0["version"] as Int32, try ($0["document"] as FormDocument).form().questions.count) }
            #expect(versions.map(\.0) == [1, 2, 3])
            #expect(versions.map(\.1) == [1, 1, 2])
            let wrong = AddQuestion(id: draft.id, QuestionInput(type: .dropdown, title: .init(unchecked: "Which?")))
            #expect(try await refusal { try await forms.call(wrong, as: author) } == .validation)
            try await forms.call(RemoveQuestion(id: draft.id, questionId: asked.id), as: author)
            let now = try await forms.get(draft.id, by: author)
            #expect(now.version == 4)
            #expect(now.questions.map(\.id) == [added.value.id])
        }
    }

    @Test("Pages are added, changed, ordered and removed; the whole form is replaced")
    func pagesAreEdited() async throws {
        try await withForms { forms in
            let author = forms.author()
            let form = try await forms.draft([page(question(.yesNo))], by: author)
            let added = try await forms.call(AddPage(id: form.id, title: PageTitle("Second")), as: author).value
            let changed = try await forms.call(
                UpdatePage(id: form.id, pageId: added.id, title: .set(.init(unchecked: "Two"))),
                as: author
            )
            #expect(changed.title?.text == "Two")
            let order = [
                PageOrder(id: added.id, questions: form.questions.map(\.id)),
                PageOrder(id: form.pages[0].id, questions: []),
            ]
            let ordered = try await forms.call(ReorderForm(id: form.id, pages: order), as: author).form()
            #expect(ordered.pages.map(\.id) == [added.id, form.pages[0].id])
            try await forms.call(RemovePage(id: form.id, pageId: form.pages[0].id), as: author)
            #expect(try await forms.get(form.id, by: author).pages.map(\.id) == [added.id])
            let missing = RemovePage(id: form.id, pageId: FormPageID())
            #expect(try await refusal { try await forms.call(missing, as: author) } == .notFound)
            let replaced = try await forms.call(ReplaceForm(id: form.id, title: Name(unchecked: "Anew")), as: author)
                .form()
            #expect(replaced.pages.isEmpty)
            #expect(replaced.title.text == "Anew")
        }
    }

    @Test("A write on a revision that was not read is refused, and of two writers one wins")
    func staleWritesAreRefused() async throws {
        try await withForms { forms in
            let author = forms.author()
            let form = try await forms.draft([page(question(.yesNo))], by: author)
            let etag = try #require(try await forms.tag(of: GetForm(id: form.id), as: author))
            let outcomes = await withTaskGroup { group in
                for title in ["One", "Two", "Three"] {
                    group.addTask {
                        try? await refusal {
                            try await forms.call(UpdateForm(id: form.id, title: Name(title)), as: author, ifMatch: etag)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == .preconditionFailed }.count == 2)
        }
    }

    @Test("A form with responses is deleted after it was archived; another copy of it stands alone")
    func deletionAndCopies() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            let delete = {
                try await forms.call(DeleteForm(id: form.id), as: author)
            }
            #expect(try await refusal(of: delete) == .invalidState)
            let copy = try await forms.call(DuplicateForm(id: form.id), as: author).value.form()
            #expect(copy.title.text == "Copy of A form")
            #expect(copy.status == .draft)
            _ = try await forms.take(.archive, form.id, by: author)
            #expect(try await refusal(of: delete) == nil)
            #expect(try await refusal { try await forms.get(form.id, by: author) } == .notFound)
            #expect(try await forms.get(copy.id, by: author).questions.count == 1)
        }
    }

    @Test("Lists show what may be seen, filter, sort, and are walked by cursors")
    func listing() async throws {
        try await withForms { forms in
            let author = forms.author()
            let student = forms.user()
            for number in 1...5 {
                var request = CreateForm(title: Name(unchecked: "Form \(number)%"))
                request = CreateForm(
                    title: request.title,
                    pages: [
                        FormPageInput(questions: [
                            QuestionInput(type: .yesNo, title: .init(unchecked: "Q"))
                        ])
                    ]
                )
                let form = try await forms.create(request, by: author)
                if number > 2 { _ = try await forms.take(.publish, form.id, by: author) }
            }
            #expect(try await forms.list(by: student).pagination.total == 3)
            let all = try await forms.list(by: author)
            #expect(all.items.map(\.title.text) == (1...5).reversed().map { "Form \($0)%" })
            #expect(try await forms.list(ListForms(q: SearchText("4%")), by: author).items.count == 1)
            #expect(try await forms.list(ListForms(status: .draft), by: author).items.count == 2)
            #expect(try await forms.list(by: forms.author(at: UniversityID())).items.isEmpty)
            for sort in FormSort.allCases {
                for isDescending in [false, true] {
                    var walked: [FormID] = []
                    var cursor: PageCursor?
                    repeat {
                        let part = try await forms.list(
                            ListForms(
                                page: PageRequest(limit: 2, cursor: cursor),
                                sort: Sort(sort, descending: isDescending)
                            ),
                            by: author
                        )
                        walked += part.items.map(\.id)
                        cursor = part.pagination.nextCursor
                    } while cursor != nil
                    #expect(walked == (isDescending ? all.items : all.items.reversed()).map(\.id))
                }
            }
            let foreign = PageCursor(key: "no time", id: FormID().description)
            #expect(
                try await refusal { try await forms.list(ListForms(page: PageRequest(cursor: foreign)), by: author) }
                    == .validation
            )
        }
    }

    @Test("Long settings shorten no page of forms, which lists them without their long members")
    func longSettings() async throws {
        try await withForms { forms in
            let author = forms.author()
            let long = Description(unchecked: String(repeating: "😀", count: 5_000))
            let price = try Price(jsonBytes: Array(#"{"amountMinor":1250,"currency":"HKD"}"#.utf8))
            let whole = FormSettings(
                maxResponses: Whole(7),
                confirmationMessage: long,
                payment: PaymentSettings(required: true, price: price, instructions: long),
                notifications: NotificationSettings(onSubmit: (0..<1_000).map { _ in UserID() }, digest: .daily)
            )
            var shortened = whole
            shortened.confirmationMessage = nil
            shortened.payment = PaymentSettings(required: true, price: price, instructions: nil)
            shortened.notifications = NotificationSettings(onSubmit: nil, digest: .daily)
            let ordinary = FormSettings(confirmationMessage: Description(unchecked: "Thank you."))
            let written = [whole, whole, FormSettings(confirmationMessage: long), ordinary]
            let shown = [shortened, shortened, FormSettings(), ordinary]

            var made: [FormID] = []
            for number in 0..<40 {
                made.append(try await forms.draft([], by: author, settings: written[number % 4]).id)
            }
            var listed: [FormSummary] = []
            for number in 1...2 {
                let part = try await forms.list(ListForms(page: PageRequest(page: number)), by: author)
                #expect(part.items.count == 20)
                #expect((part.pagination.nextCursor == nil) == (number == 2))
                listed += part.items
            }
            listed.reverse()
            #expect(listed.map(\.id) == made)
            #expect(listed.map(\.settings) == made.indices.map { shown[$0 % 4] })
            #expect(listed.allSatisfy { $0.settings.jsonBytes.count <= FormListing.maximumSettingsBytes })
            #expect(try await forms.get(made[0], by: author).settings == whole)
        }
    }
}
