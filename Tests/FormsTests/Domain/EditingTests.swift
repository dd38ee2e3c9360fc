import Contracts
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

@Suite struct EditingTests {
    private static func input(_ id: QuestionID? = nil, order: Int? = nil) -> QuestionInput {
        QuestionInput(id: id, type: .yesNo, title: .init(unchecked: "A question"), order: order.flatMap { Whole($0) })
    }

    @Test("Pages and questions stand in the order that is asked for")
    func orderIsKept() throws {
        let ids = (0..<3).map { _ in QuestionID() }
        let given = FormPage.all([
            FormPageInput(
                order: Whole(7),
                questions: [
                    Self.input(ids[0], order: 30), Self.input(ids[1], order: 10), Self.input(ids[2], order: 20),
                ]
            ), FormPageInput(order: Whole(2)),
        ])
        #expect(given.map(\.order) == [2, 7])
        #expect(given[1].questions.map(\.id) == [ids[1], ids[2], ids[0]])
        #expect(given[1].questions.map(\.order) == [10, 20, 30])
        let unnumbered = FormPage.all([FormPageInput(questions: ids.map { Self.input($0) })])
        #expect(unnumbered[0].questions.map(\.id) == ids)
        #expect(unnumbered[0].questions.map(\.order) == [1, 2, 3])
    }

    @Test("A question moves to another page and to a place on it")
    func questionsMove() throws {
        var form = form(page(question(), question()), page(question(), question()))
        form.pages[1].questions.number()
        let moved = form.pages[0].questions[0]
        let result = try form.update(
            UpdateQuestion(id: form.id, questionId: moved.id, pageId: form.pages[1].id, order: Whole(2))
        )
        #expect(form.pages[0].questions.count == 1)
        #expect(form.pages[1].questions.map(\.order) == [1, 2, 3])
        #expect(form.pages[1].questions[1].id == moved.id)
        #expect(result.order == 2)
    }

    @Test("A page or a question that is moved stands at the place that was asked for, from anywhere to anywhere")
    func moves() throws {
        for count in 1...6 {
            for from in 0..<count {
                for to in 0...(count + 2) {
                    let expected = min(max(to - 1, 0), count - 1)
                    var pages = form((0..<count).map { _ in page(question(.yesNo)) })
                    pages.pages.number()
                    let chosen = pages.pages[from].id
                    let moved = try pages.update(UpdatePage(id: pages.id, pageId: chosen, order: Whole(to)))
                    #expect(pages.pages.firstIndex { $0.id == chosen } == expected, "page \(from) to \(to) of \(count)")
                    #expect(moved == pages.pages[expected])
                    #expect(pages.pages.map(\.order) == Array(1...count))

                    var questions = form(FormsTests.page())
                    questions.pages[0].questions = (0..<count).map { _ in question(.yesNo) }
                    questions.pages[0].questions.number()
                    let id = questions.pages[0].questions[from].id
                    let patch = UpdateQuestion(id: questions.id, questionId: id, order: Whole(to))
                    let result = try questions.update(patch)
                    let places = questions.pages[0].questions
                    #expect(places.firstIndex { $0.id == id } == expected, "question \(from) to \(to) of \(count)")
                    #expect(result == places[expected] && places.map(\.order) == Array(1...count))
                }
            }
        }
    }

    @Test("Among numbers of the client's own, what is moved goes where its new number belongs")
    func movesAmongOwnNumbers() throws {
        for (order, expected) in [(10, 0), (15, 0), (20, 1), (25, 1), (30, 2), (35, 2), (5, 0)] {
            var form = form(page(), page(), page())
            for (index, number) in [10, 20, 30].enumerated() { form.pages[index].order = number }
            let moved = form.pages[0].id
            _ = try form.update(UpdatePage(id: form.id, pageId: moved, order: Whole(order)))
            #expect(form.pages.firstIndex { $0.id == moved } == expected, "\(order)")
        }
    }

    @Test("A member that a form must have cannot be made null")
    func requiredMembers() {
        let id = JSONValue.string("\(FormID())")
        func faults<Operation: ContractValue>(_ operation: Operation.Type, _ members: [(String, JSONValue)]) -> [String]
        {
            do throws(ValidationError) {
                _ = try Operation.read(.object(JSONObject([("id", id)] + members)))
                return []
            } catch { return error.details.map { "\($0.field): \($0.code?.rawValue ?? "")" } }
        }
        for name in ["title", "settings", "pages"] {
            #expect(faults(UpdateForm.self, [(name, .null)]) == ["\(name): required"])
        }
        #expect(faults(UpdatePage.self, [("pageId", id), ("order", .null)]) == ["order: required"])
        for name in ["type", "title", "required", "order"] {
            #expect(faults(UpdateQuestion.self, [("questionId", id), (name, .null)]) == ["\(name): required"])
        }
        #expect(faults(UpdateForm.self, [("description", .null)]).isEmpty)
        #expect(faults(UpdatePage.self, [("pageId", id), ("title", .null), ("conditionalLogic", .null)]).isEmpty)
        #expect(
            faults(UpdateQuestion.self, [("questionId", id), ("conditionalLogic", ["action": .null])])
                == ["conditionalLogic.action: required"]
        )
        #expect(faults(UpdateQuestion.self, [("questionId", id), ("validationRules", .null)]).isEmpty)
    }

    @Test("A merge patch changes what it names, removes what it makes null, and is checked")
    func mergePatches() throws {
        var question = question(.number, rules: ValidationRules(min: 1, max: 5))
        question.description = Description("Old")
        var form = form(page(question))
        let patch = try UpdateQuestion.read([
            "id": .string("\(form.id)"), "questionId": .string("\(question.id)"), "description": nil,
            "validationRules": ["max": 7, "min": nil],
        ])
        let changed = try form.update(patch)
        #expect(changed.validationRules == ValidationRules(max: 7))
        #expect(changed.description == nil)
        #expect(changed.title == question.title)
        let wrong: JSONValue = [
            "id": .string("\(form.id)"), "questionId": .string("\(question.id)"), "validationRules": ["max": "many"],
        ]
        #expect(throws: ValidationError("validationRules.max", .wrongType, "Must be a number.")) {
            try UpdateQuestion.read(wrong)
        }
        form.settings.opensAt = Timestamp("2026-01-02T00:00:00Z")
        let settings = try UpdateForm.read([
            "id": .string("\(form.id)"), "settings": ["closesAt": "2026-01-01T00:00:00Z"],
        ])
        #expect(throws: ValidationError("settings.closesAt", .outOfRange, "Must come after opensAt.")) {
            try form.apply(settings)
        }
    }

    @Test("Reordering names everything once", arguments: Seed.batch(100))
    func reorderingIsAPermutation(seed: Seed) throws {
        var random = seed.generator
        var form = RandomForm(&random).form
        let questions = Set(form.questions.map(\.id))
        var order = form.pages.map { PageOrder(id: $0.id, questions: []) }.shuffled(using: &random)
        for id in questions.shuffled(using: &random) {
            let page = Int.random(in: order.indices, using: &random)
            order[page] = PageOrder(id: order[page].id, questions: order[page].questions + [id])
        }
        try form.reorder(order)
        #expect(form.pages.map(\.id) == order.map(\.id))
        #expect(form.pages.map { $0.questions.map(\.id) } == order.map(\.questions))
        order[0] = PageOrder(id: order[0].id, questions: order[0].questions + [QuestionID()])
        #expect(throws: ValidationError.self) { try form.reorder(order) }
    }

    @Test("A copy asks the same under ids of its own", arguments: Seed.batch(100))
    func copiesAnswerAlike(seed: Seed) throws {
        var random = seed.generator
        let sample = RandomForm(&random)
        let copy = sample.form.copied(as: FormID(), title: sample.form.titleOfCopy, by: UserID(), at: .now())
        let ids = Dictionary(uniqueKeysWithValues: zip(sample.form.questions.map(\.id), copy.questions.map(\.id)))
        #expect(Set(ids.keys).isDisjoint(with: ids.values))
        let answers = Dictionary(uniqueKeysWithValues: sample.answers.map { (ids[$0] ?? $0, $1) })
        let original = try sample.form.outcome(of: sample.answers)
        switch (original, try copy.outcome(of: answers)) {
        case (.stored(let one), .stored(let other)):
            #expect(Dictionary(uniqueKeysWithValues: one.map { (ids[$0] ?? $0, $1) }) == other)
        case (.refused(let one), .refused(let other)): #expect(one.count == other.count)
        default: Issue.record("The copy answers differently")
        }
    }

    @Test("The title of a copy is valid wherever it is cut")
    func titlesOfCopies() {
        let long = String(repeating: "x", count: 190)
        for title in ["Ada", "\(long)\u{202B}abc\u{202C}", "\(long)x y"] {
            var original = form(page(question()))
            original.title = Name(unchecked: title)
            let copy = original.titleOfCopy
            #expect(Name(copy.text)?.text.hasSameBytes(as: copy.text) == true, "\(title)")
        }
    }

    @Test("Only what an answer depends on makes a version another one")
    func versionsDiffer() {
        let kept = question(.yesNo)
        let changed = question(.number)
        let removed = question(.yesNo)
        let before = form(page(kept, changed, removed))
        var now = before
        now.title = Name(unchecked: "Another title")
        now.pages[0].questions.swapAt(0, 1)
        #expect(now.changedQuestions(since: before).isEmpty)
        let added = question(.yesNo)
        now.pages[0].questions[0].required = true
        now.pages[0].questions[2] = added
        let codes = Set(now.changedQuestions(since: before).map { "\($0.field): \($0.code?.rawValue ?? "")" })
        #expect(
            codes == [
                "answers.\(changed.id): changed", "answers.\(added.id): added", "answers.\(removed.id): removed",
            ]
        )
    }

    @Test("A form takes only the steps of its life")
    func transitions() throws {
        #expect(try FormTransition.publish.applied(to: .draft) == .published)
        #expect(try FormTransition.close.applied(to: .published) == .closed)
        #expect(try FormTransition.reopen.applied(to: .closed) == .published)
        for status in [FormStatus.draft, .published, .closed] {
            #expect(try FormTransition.archive.applied(to: status) == .archived)
        }
        for (step, status) in [
            (FormTransition.publish, FormStatus.published), (.publish, .closed), (.close, .draft),
            (.reopen, .published),
            (.archive, .archived), (.publish, .archived),
        ] {
            #expect(throws: ServiceError.self) { try step.applied(to: status) }
        }
    }
}
