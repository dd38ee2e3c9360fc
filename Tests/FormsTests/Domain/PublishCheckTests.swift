import Contracts
import FormsContracts
import TestKit
import Testing

@testable import Forms

@Suite struct PublishCheckTests {
    @Test("A form without questions cannot be published, with statements alone neither")
    func questionsAreNeeded() {
        #expect(form([]).publishFaults == ["pages: required"])
        #expect(form(page(question(.statement))).publishFaults == ["pages: required"])
        #expect(form(page(), page(question(.yesNo))).publishFaults.isEmpty)
    }

    @Test("Every fault is said at once, each where it stands")
    func allFaultsAtOnce() {
        let first = question(.multipleChoice)
        let second = question(
            .number,
            rules: ValidationRules(min: 3, max: 1, step: 0),
            logic: .when(QuestionID(), .equals, 1)
        )
        let third = question(
            .shortText,
            rules: ValidationRules(minLength: Whole(5), maxLength: Whole(2), pattern: Text("("))
        )
        let fourth = question(
            .date,
            rules: ValidationRules(minDate: DateBound("09:00"), maxDate: DateBound("2026-01-01"))
        )
        let fifth = question(.checkboxes, options: ["a", "a"], rules: ValidationRules(minSelections: Whole(3)))
        let faults = form(page(first, second, third), page(fourth, fifth, question(.fileUpload))).publishFaults
        #expect(
            faults == [
                "pages.0.questions.0.options: required",
                "pages.0.questions.1.validationRules.max: out_of_range",
                "pages.0.questions.1.validationRules.step: out_of_range",
                "pages.0.questions.1.conditionalLogic.conditions.0.questionId: not_found",
                "pages.0.questions.2.validationRules.maxLength: out_of_range",
                "pages.0.questions.2.validationRules.pattern: bad_format",
                "pages.1.questions.0.validationRules.minDate: bad_format",
                "pages.1.questions.1.options.1.value: duplicate",
                "pages.1.questions.1.validationRules.minSelections: out_of_range",
                "pages.1.questions.1.validationRules.maxSelections: out_of_range",
                "pages.1.questions.2.type: not_allowed",
            ]
        )
    }

    @Test("Conditions look back only, so that no cycle can be made")
    func conditionsLookBack() {
        let first = QuestionID()
        let second = QuestionID()
        let cycle = form(
            page(
                question(.yesNo, id: first, logic: .when(second, .equals, true)),
                question(.yesNo, id: second, logic: .when(first, .equals, true))
            )
        )
        #expect(cycle.publishFaults == ["pages.0.questions.0.conditionalLogic.conditions.0.questionId: not_allowed"])
        let own = form(page(question(.yesNo, id: first, logic: .when(first, .equals, true))))
        #expect(own.publishFaults == ["pages.0.questions.0.conditionalLogic.conditions.0.questionId: not_allowed"])
    }

    @Test("Skips lead forwards, to a page that there is")
    func skipsLeadForwards() {
        let first = question(.yesNo)
        let here = FormPageID()
        let back = form(
            page(question(.yesNo, id: first.id, logic: .when(first.id, .equals, true, .skipTo, to: here)), id: here)
        )
        #expect(back.publishFaults == ["pages.0.questions.0.conditionalLogic.targetPageId: not_allowed"])
        let nowhere = form(page(first, logic: .when(first.id, .equals, true, .skipTo, to: FormPageID())))
        #expect(nowhere.publishFaults == ["pages.0.conditionalLogic.targetPageId: not_found"])
    }

    @Test("A condition that could never hold is a fault")
    func conditionsCanHold() {
        func faults(_ type: QuestionType, _ comparison: ComparisonOperator, _ value: JSONValue?) -> Set<String> {
            let first = question(type, options: type.hasOptions ? ["a", "b"] : [])
            return form(page(first, question(.yesNo, logic: .when(first.id, comparison, value)))).publishFaults
        }
        let value: Set = ["pages.0.questions.1.conditionalLogic.conditions.0.value: not_allowed"]
        let comparison: Set = ["pages.0.questions.1.conditionalLogic.conditions.0.operator: not_allowed"]
        #expect(faults(.dropdown, .equals, "c") == value)
        #expect(faults(.number, .equals, "1") == value)
        #expect(faults(.number, .between, [3, 1]) == value)
        #expect(faults(.number, .in, 1) == value)
        #expect(faults(.shortText, .matches, "(") == value)
        #expect(faults(.shortText, .greaterThan, "a") == comparison)
        #expect(faults(.yesNo, .contains, "a") == comparison)
        #expect(faults(.matrix, .equals, "a") == comparison)
        #expect(faults(.dropdown, .equals, "b").isEmpty)
    }

    @Test("Ids that stand twice are a fault of drafts too")
    func idsAreUnique() {
        let twice = question(.yesNo)
        var form = form(page(twice), page(twice))
        #expect(form.publishFaults == ["pages.1.questions.0.id: duplicate"])
        form.pages[1] = FormPage(
            id: form.pages[0].id,
            title: nil,
            description: nil,
            order: 2,
            conditionalLogic: nil,
            questions: []
        )
        #expect(throws: ValidationError.self) { try form.checkStructure() }
    }

    @Test("Any form of the generator can be published and read back", arguments: Seed.batch(100))
    func randomFormsAreSound(seed: Seed) throws {
        var random = seed.generator
        let form = RandomForm(&random).form
        #expect(form.publishFaults.isEmpty)
        #expect(try Form(jsonBytes: form.jsonBytes) == form.truncatedToMilliseconds)
    }
}

extension Form {
    /// The form with times as JSON carries them.
    var truncatedToMilliseconds: Form {
        func truncated(_ time: Timestamp) -> Timestamp { Timestamp(microseconds: time.microseconds / 1_000 * 1_000) }
        var form = self
        form.createdAt = truncated(createdAt)
        form.updatedAt = truncated(updatedAt)
        form.publishedAt = publishedAt.map(truncated)
        return form
    }
}
