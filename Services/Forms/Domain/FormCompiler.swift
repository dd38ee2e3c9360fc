import Contracts
import FormsContracts

/// Prepares a form for being answered, and finds every fault that would trap a respondent.
///
/// What is shown and asked follows from earlier answers only, and a skip leads to a later page only, so that going
/// through a form from its first question to its last always ends: a cycle cannot be written down without a reference
/// forwards or a skip backwards, which are the faults that are named.
struct FormCompiler {
    private let form: Form
    private let places: [QuestionID: Place]
    private var faults = Faults()

    private struct Place {
        let page: Int
        let index: Int
        let question: Question
    }

    /// How far a condition may look back.
    private enum Reach {
        /// Up to the question before this one, which may be the last of an earlier page.
        case before(page: Int, index: Int)
        /// Up to this question.
        case through(page: Int, index: Int)

        func includes(_ place: Place) -> Bool {
            switch self {
            case .before(let page, let index): (place.page, place.index) < (page, index)
            case .through(let page, let index): (place.page, place.index) <= (page, index)
            }
        }
    }

    init(_ form: Form) {
        self.form = form
        var places: [QuestionID: Place] = [:]
        for (pageIndex, page) in form.pages.enumerated() {
            for (index, question) in page.questions.enumerated() {
                places[question.id] = Place(page: pageIndex, index: index, question: question)
            }
        }
        self.places = places
    }

    mutating func compile() throws(ValidationError) -> [CompiledPage] {
        try form.checkStructure()
        if !form.questions.contains(where: { $0.type != .statement }) {
            faults.add("pages", .required, "Must have at least one question.")
        }
        let pages = form.pages.enumerated().map { compile($1, at: $0) }
        try faults.finish()
        return pages
    }

    private mutating func compile(_ page: FormPage, at pageIndex: Int) -> CompiledPage {
        let path = "pages.\(pageIndex)"
        if page.conditionalLogic?.action == .require {
            faults.add("\(path).conditionalLogic.action", .notAllowed, "A page cannot be required; its questions can.")
        }
        // A page's skip is decided when the page is left, and so by its own questions too.
        let logic = page.conditionalLogic.map { logic in
            let reach: Reach =
                logic.action == .skipTo
                ? .before(page: pageIndex + 1, index: 0) : .before(page: pageIndex, index: 0)
            return compile(logic, reach, page: pageIndex, path: "\(path).conditionalLogic")
        }
        let questions = page.questions.enumerated().map { index, question in
            compile(question, page: pageIndex, index: index, path: "\(path).questions.\(index)")
        }
        return CompiledPage(logic: logic, questions: questions)
    }

    private mutating func compile(_ question: Question, page: Int, index: Int, path: String) -> CompiledQuestion {
        let logic = question.conditionalLogic.map { logic in
            let reach: Reach =
                logic.action == .skipTo ? .through(page: page, index: index) : .before(page: page, index: index)
            return compile(logic, reach, page: page, path: "\(path).conditionalLogic")
        }
        return CompiledQuestion(
            question: question,
            rule: AnswerRule(question, &faults, at: path),
            logic: logic,
            quotas: Dictionary(
                question.options.compactMap { option in option.quota.map { (option.value.text, $0.value) } }
            ) {
                first,
                _ in first
            }
        )
    }

    private mutating func compile(
        _ logic: ConditionalLogic,
        _ reach: Reach,
        page: Int,
        path: String
    ) -> CompiledLogic {
        CompiledLogic(
            action: action(logic, page: page, path: path),
            condition: compile(logic.conditions, logic.match, reach, path: path)
        )
    }

    private mutating func action(_ logic: ConditionalLogic, page: Int, path: String) -> CompiledLogic.Action {
        switch logic.action {
        case .show: return .show
        case .hide: return .hide
        case .require: return .require
        case .skipTo:
            let target = form.pages.firstIndex { $0.id == logic.targetPageId }
            if target == nil {
                faults.add("\(path).targetPageId", .notFound, "The form has no such page.")
            } else if let target, target <= page {
                faults.add("\(path).targetPageId", .notAllowed, "Must be a later page.")
            }
            return .skip(to: target ?? page)
        }
    }

    private mutating func compile(
        _ conditions: [Condition],
        _ match: ConditionMatch,
        _ reach: Reach,
        path: String
    ) -> CompiledCondition {
        let compiled = conditions.enumerated().compactMap { index, condition -> CompiledCondition? in
            let path = "\(path).conditions.\(index)"
            return switch condition {
            case .comparison(let comparison): compile(comparison, reach, path: path)
            case .group(let group): compile(group.conditions, group.match, reach, path: path)
            }
        }
        return match == .all ? .all(compiled) : .any(compiled)
    }

    private mutating func compile(_ comparison: Comparison, _ reach: Reach, path: String) -> CompiledCondition? {
        guard let place = places[comparison.questionId] else {
            faults.add("\(path).questionId", .notFound, "The form has no such question.")
            return nil
        }
        guard reach.includes(place) else {
            faults.add("\(path).questionId", .notAllowed, "Must be an earlier question.")
            return nil
        }
        guard place.question.type != .statement else {
            faults.add("\(path).questionId", .notAllowed, "A statement has no answer.")
            return nil
        }
        do { return .comparison(comparison.questionId, try AnswerTest(comparison, with: place.question)) } catch {
            faults.add("\(path).\(error.field)", .notAllowed, error.message)
            return nil
        }
    }
}
