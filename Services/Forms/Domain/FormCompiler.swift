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
    private(set) var patterns: PatternTable
    private(set) var cost = CheckingCost()

    private struct Place {
        let page: Int
        let index: Int
        let question: Question
        let options: OptionTable
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

    init(_ form: Form, work: WorkBudget) {
        self.form = form
        patterns = PatternTable(work: work)
        var places: [QuestionID: Place] = [:]
        for (pageIndex, page) in form.pages.enumerated() {
            for (index, question) in page.questions.enumerated() {
                places[question.id] = Place(
                    page: pageIndex,
                    index: index,
                    question: question,
                    options: OptionTable(question)
                )
            }
        }
        self.places = places
    }

    /// - Throws: `ValidationError` with every fault, `WorkExhausted`.
    mutating func compile() throws -> [CompiledPage] {
        try form.checkStructure()
        if !form.questions.contains(where: { $0.type != .statement }) {
            faults.add("pages", .required, "Must have at least one question.")
        }
        var pages: [CompiledPage] = []
        for (index, page) in form.pages.enumerated() { pages.append(try compile(page, at: index)) }
        try faults.finish()
        return pages
    }

    private mutating func compile(_ page: FormPage, at pageIndex: Int) throws -> CompiledPage {
        let path = "pages.\(pageIndex)"
        if page.conditionalLogic?.action == .require {
            faults.add("\(path).conditionalLogic.action", .notAllowed, "A page cannot be required; its questions can.")
        }
        // Questions first: a page's skip is decided on leaving the page, so it may depend on the page's own questions.
        var questions: [CompiledQuestion] = []
        for (index, question) in page.questions.enumerated() {
            let path = "\(path).questions.\(index)"
            questions.append(try compile(question, page: pageIndex, index: index, path: path))
        }
        let logic = try page.conditionalLogic.map { logic in
            let reach: Reach =
                logic.action == .skipTo
                ? .before(page: pageIndex + 1, index: 0) : .before(page: pageIndex, index: 0)
            return try compile(logic, reach, page: pageIndex, path: "\(path).conditionalLogic")
        }
        return CompiledPage(logic: logic, questions: questions)
    }

    private mutating func compile(
        _ question: Question,
        page: Int,
        index: Int,
        path: String
    ) throws -> CompiledQuestion {
        let options = places[question.id]?.options ?? OptionTable(question)
        let rule = try AnswerRule(question, options: options, &patterns, &faults, at: path)
        if !cost.add(rule, of: question.id) { refuseCost("\(path).validationRules.pattern") }
        let logic = try question.conditionalLogic.map { logic in
            let reach: Reach =
                logic.action == .skipTo ? .through(page: page, index: index) : .before(page: page, index: index)
            return try compile(logic, reach, page: page, path: "\(path).conditionalLogic")
        }
        let limited = question.options.compactMap { option in option.quota.map { (option.value.text, $0.value) } }
        return CompiledQuestion(
            question: question,
            rule: rule,
            logic: logic,
            quotas: Dictionary(limited) { first, _ in first }
        )
    }

    private mutating func refuseCost(_ field: String) {
        faults.add(field, .tooLong, "With this, the longest answers would take too long to check; ask for less.")
    }

    private mutating func compile(
        _ logic: ConditionalLogic,
        _ reach: Reach,
        page: Int,
        path: String
    ) throws -> CompiledLogic {
        CompiledLogic(
            action: action(logic, page: page, path: path),
            condition: try compile(logic.conditions, logic.match, reach, path: path)
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
    ) throws -> CompiledCondition {
        var compiled: [CompiledCondition] = []
        for (index, condition) in conditions.enumerated() {
            let path = "\(path).conditions.\(index)"
            switch condition {
            case .comparison(let comparison):
                if let condition = try compile(comparison, reach, path: path) { compiled.append(condition) }
            case .group(let group):
                compiled.append(try compile(group.conditions, group.match, reach, path: path))
            }
        }
        return match == .all ? .all(compiled) : .any(compiled)
    }

    private mutating func compile(
        _ comparison: Comparison,
        _ reach: Reach,
        path: String
    ) throws -> CompiledCondition? {
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
        do {
            let test = try AnswerTest(comparison, with: place.question, options: place.options, &patterns)
            if !cost.add(test, on: comparison.questionId) { refuseCost("\(path).value") }
            return .comparison(comparison.questionId, test)
        } catch let fault as ComparisonFault {
            faults.add("\(path).\(fault.field)", .notAllowed, fault.message)
            return nil
        }
    }
}
