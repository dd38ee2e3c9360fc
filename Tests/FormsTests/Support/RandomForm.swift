import Contracts
import FormsContracts
import TestKit

@testable import Forms

/// Small forms full of conditions, and answers to them.
struct RandomForm {
    let form: Form
    let answers: [QuestionID: JSONValue]

    init(_ random: inout SeededGenerator) {
        let pageIDs = (0..<Int.random(in: 1...4, using: &random)).map { _ in FormPageID() }
        var earlier: [Question] = []
        var pages: [FormPage] = []
        for (index, id) in pageIDs.enumerated() {
            let later = Array(pageIDs[(index + 1)...])
            let before = earlier
            var questions: [Question] = []
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                var question = Self.question(&random)
                question.conditionalLogic = Self.logic(&random, on: earlier, self: question, later: later)
                questions.append(question)
                earlier.append(question)
            }
            var logic = Self.logic(&random, on: before, self: nil, later: [])
            if logic?.action == .require { logic = nil }
            if logic == nil, !earlier.isEmpty, let target = later.randomElement(using: &random), random.next() % 3 == 0
            {
                logic = ConditionalLogic(
                    action: .skipTo,
                    targetPageId: target,
                    conditions: [Self.condition(&random, on: earlier, depth: 0)]
                )
            }
            pages.append(
                FormPage(id: id, title: nil, description: nil, order: 1, conditionalLogic: logic, questions: questions)
            )
        }
        if earlier.isEmpty {
            let question = Self.question(&random)
            pages[0].questions = [question]
            earlier = [question]
        }
        form = FormsTests.form(pages)
        answers = Dictionary(
            uniqueKeysWithValues: earlier.compactMap { question in
                random.next() % 4 == 0 ? nil : (question.id, Self.answer(to: question, &random))
            }
        )
    }

    private static func question(_ random: inout SeededGenerator) -> Question {
        let types: [QuestionType] = [.yesNo, .number, .multipleChoice, .shortText]
        let type = types.randomElement(using: &random) ?? .yesNo
        let options = type == .multipleChoice ? ["a", "b", "c"] : []
        return FormsTests.question(type, required: random.next() % 3 == 0, options: options)
    }

    static func answer(to question: Question, _ random: inout SeededGenerator) -> JSONValue {
        switch question.type {
        case .yesNo: .bool(Bool.random(using: &random))
        case .number: .integer(Int.random(in: 0...3, using: &random))
        default: .string(["a", "b", "c"].randomElement(using: &random) ?? "a")
        }
    }

    private static func logic(
        _ random: inout SeededGenerator,
        on earlier: [Question],
        self question: Question?,
        later: [FormPageID]
    ) -> ConditionalLogic? {
        guard random.next() % 2 == 0 else { return nil }
        var action: LogicAction = [.show, .hide, .require].randomElement(using: &random) ?? .show
        var target: FormPageID?
        if let page = later.randomElement(using: &random), random.next() % 3 == 0 { (action, target) = (.skipTo, page) }
        let visible = action == .skipTo ? earlier + (question.map { [$0] } ?? []) : earlier
        guard !visible.isEmpty else { return nil }
        return ConditionalLogic(
            action: action,
            targetPageId: target,
            match: Bool.random(using: &random) ? .all : .any,
            conditions: (0..<Int.random(in: 1...3, using: &random)).map { _ in
                condition(&random, on: visible, depth: 0)
            }
        )
    }

    private static func condition(_ random: inout SeededGenerator, on questions: [Question], depth: Int) -> Condition {
        if depth < 2, random.next() % 4 == 0 {
            let conditions = (0..<2).map { _ in condition(&random, on: questions, depth: depth + 1) }
            return .group(ConditionGroup(match: Bool.random(using: &random) ? .all : .any, conditions: conditions))
        }
        let question = questions.randomElement(using: &random) ?? questions[0]
        var operators: [ComparisonOperator] = [.equals, .notEquals, .isAnswered, .isEmpty, .in, .notIn]
        if question.type == .number { operators += [.greaterThan, .lessThan] }
        let comparison = operators.randomElement(using: &random) ?? .equals
        let value: JSONValue? =
            switch comparison {
            case .isAnswered, .isEmpty: nil
            case .in, .notIn: [answer(to: question, &random), answer(to: question, &random)]
            default: answer(to: question, &random)
            }
        return .comparison(Comparison(questionId: question.id, operator: comparison, value: value))
    }
}
