import Contracts
import FormsContracts
import TestKit
import Testing

@testable import Forms

@Suite struct VisibilityTests {
    @Test("What is stored and what is missed agree with the definition", arguments: Seed.batch(400))
    func walkAgreesWithDefinition(seed: Seed) throws {
        var random = seed.generator
        let sample = RandomForm(&random)
        let reference = VisibilityReference(form: sample.form, answers: sample.answers)
        var stored: [QuestionID: JSONValue] = [:]
        var missed: Set<String> = []
        for (place, question) in sample.form.questions.enumerated() where reference.isVisible(place) {
            if let answer = sample.answers[question.id] {
                stored[question.id] = answer
            } else if reference.isRequired(place) {
                missed.insert("answers.\(question.id): required")
            }
        }
        let outcome = try sample.form.outcome(of: sample.answers)
        #expect(outcome == (missed.isEmpty ? .stored(stored) : .refused(missed)))
    }

    @Test("An answer that becomes hidden counts for nothing further on")
    func hidingCascades() throws {
        let first = question(.yesNo)
        let second = question(.yesNo, logic: .when(first.id, .equals, true))
        let third = question(required: true, logic: .when(second.id, .equals, true))
        let fourth = question(.yesNo, logic: .when(second.id, .isEmpty))
        let form = form(page(first, second, third, fourth))
        #expect(
            try form.outcome(of: [first.id: false, second.id: true, third.id: "text", fourth.id: true])
                == .stored([first.id: false, fourth.id: true])
        )
        #expect(
            try form.outcome(of: [first.id: true, second.id: true])
                == .refused(["answers.\(third.id): required"])
        )
    }

    @Test("A hidden answer is not even looked at, and an unknown question is refused")
    func hiddenAnswersAreNotChecked() throws {
        let first = question(.yesNo)
        let second = question(.number, logic: .when(first.id, .equals, true))
        let form = form(page(first, second))
        let stranger = QuestionID()
        #expect(try form.outcome(of: [first.id: false, second.id: "no number"]) == .stored([first.id: false]))
        #expect(
            try form.outcome(of: [first.id: false, stranger: 1]) == .refused(["answers.\(stranger): not_found"])
        )
    }

    @Test("A skip leads past the rest of its page and the pages between")
    func skipLeadsToItsPage() throws {
        let last = page(question(.shortText))
        let skipping = question(.yesNo)
        let first = page(
            question(.yesNo, id: skipping.id, logic: .when(skipping.id, .equals, true, .skipTo, to: last.id)),
            question(.shortText, required: true)
        )
        let middle = page(question(.shortText, required: true))
        let form = form(first, middle, last)
        #expect(
            try form.outcome(of: [skipping.id: true, last.questions[0].id: "end"])
                == .stored([skipping.id: true, last.questions[0].id: "end"])
        )
        #expect(
            try form.outcome(of: [skipping.id: false])
                == .refused([
                    "answers.\(first.questions[1].id): required", "answers.\(middle.questions[0].id): required",
                ])
        )
    }

    @Test("A question is required only while its condition holds")
    func conditionRequires() throws {
        let first = question(.number)
        let second = question(.shortText, logic: .when(first.id, .greaterThan, 2, .require))
        let form = form(page(first, second))
        #expect(try form.outcome(of: [first.id: 2]) == .stored([first.id: 2]))
        #expect(try form.outcome(of: [first.id: 3]) == .refused(["answers.\(second.id): required"]))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let type: QuestionType
        let comparison: ComparisonOperator
        let value: JSONValue?
        let holds: [JSONValue?]
        let fails: [JSONValue?]
        var testDescription: String { "\(type.rawValue) \(comparison.rawValue)" }
    }

    private static let cases = [
        Case(type: .number, comparison: .equals, value: 0, holds: [0, .number("0.0")], fails: [1, nil]),
        Case(type: .yesNo, comparison: .equals, value: false, holds: [false], fails: [true, nil]),
        Case(type: .yesNo, comparison: .notEquals, value: false, holds: [true, nil], fails: [false]),
        Case(type: .shortText, comparison: .contains, value: "ell", holds: ["hello"], fails: ["help", nil]),
        Case(type: .shortText, comparison: .notContains, value: "ell", holds: ["help", nil], fails: ["hello"]),
        Case(type: .shortText, comparison: .startsWith, value: "he", holds: ["hello"], fails: ["the", nil]),
        Case(type: .shortText, comparison: .matches, value: "a+b", holds: ["aab"], fails: ["aabc", "b", nil]),
        Case(type: .number, comparison: .between, value: [1, 3], holds: [1, 2, 3], fails: [0, .number("3.1"), nil]),
        Case(type: .number, comparison: .lessThan, value: 1, holds: [0], fails: [1, nil]),
        Case(
            type: .date,
            comparison: .greaterThan,
            value: "2026-03-01",
            holds: ["2026-03-02"],
            fails: ["2026-03-01", nil]
        ),
        Case(type: .time, comparison: .lessThan, value: "10:00", holds: ["09:59"], fails: ["10:00", nil]),
        Case(
            type: .datetime,
            comparison: .equals,
            value: "2026-03-01T09:00:00Z",
            holds: ["2026-03-01T17:00:00+08:00"],
            fails: ["2026-03-01T17:00:00Z", nil]
        ),
        Case(type: .dropdown, comparison: .in, value: ["a", "b"], holds: ["a", "b"], fails: ["c", nil]),
        Case(type: .dropdown, comparison: .notIn, value: ["a", "b"], holds: ["c", nil], fails: ["a"]),
        Case(type: .checkboxes, comparison: .contains, value: "a", holds: [["b", "a"]], fails: [["b"], nil]),
        Case(
            type: .checkboxes,
            comparison: .equals,
            value: ["a", "b"],
            holds: [["b", "a"]],
            fails: [["a"], ["a", "b", "c"], nil]
        ),
        Case(
            type: .ranking,
            comparison: .equals,
            value: ["a", "b", "c"],
            holds: [["a", "b", "c"]],
            fails: [["b", "a", "c"], nil]
        ),
        Case(type: .matrix, comparison: .isAnswered, value: nil, holds: [["r": "a"]], fails: [nil]),
        Case(type: .shortText, comparison: .isEmpty, value: nil, holds: [nil, "  "], fails: ["x"]),
    ]

    @Test("Every operator compares as it says", arguments: cases)
    func operatorsCompare(sample: Case) throws {
        let first = question(
            sample.type,
            options: sample.type.hasOptions ? ["a", "b", "c"] : [],
            rows: sample.type == .matrix ? ["r"] : []
        )
        let second = question(.yesNo, logic: .when(first.id, sample.comparison, sample.value))
        let form = form(page(first, second))
        for (answers, isShown) in [(sample.holds, true), (sample.fails, false)] {
            for answer in answers {
                var given: [QuestionID: JSONValue] = [second.id: true]
                given[first.id] = answer
                guard case .stored(let stored) = try form.outcome(of: given) else {
                    Issue.record("\(String(describing: answer)) was refused")
                    continue
                }
                #expect((stored[second.id] != nil) == isShown, "\(String(describing: answer))")
            }
        }
    }
}
