import Contracts
import FormsContracts

/// What is shown and required, by definition instead of by a walk.
///
/// Every question is looked at on its own, and what it depends on is asked for again from there. Shares nothing with the
/// service but the form.
final class VisibilityReference {
    private let form: Form
    private let answers: [QuestionID: JSONValue]
    private let places: [(page: Int, question: Question)]
    // Without these the definition takes exponential time.
    private var visible: [Int: Bool] = [:]
    private var shown: [Int: Bool] = [:]
    private var reached: [Int: Bool] = [:]

    init(form: Form, answers: [QuestionID: JSONValue]) {
        self.form = form
        self.answers = answers
        places = form.pages.enumerated().flatMap { page, content in content.questions.map { (page, $0) } }
    }

    private func once(
        _ memory: ReferenceWritableKeyPath<VisibilityReference, [Int: Bool]>,
        _ key: Int,
        _ compute: () -> Bool
    ) -> Bool {
        if let known = self[keyPath: memory][key] { return known }
        let value = compute()
        self[keyPath: memory][key] = value
        return value
    }

    /// Whether somebody who answers like this gets to see the question at that place in the form.
    func isVisible(_ place: Int) -> Bool {
        once(\.visible, place) {
            let (page, question) = places[place]
            let before = knownAnswers(before: place)
            return isShown(page: page) && shows(question.conditionalLogic, before) && !isSkipped(place)
        }
    }

    func isRequired(_ place: Int) -> Bool {
        let question = places[place].question
        if question.required { return true }
        guard let logic = question.conditionalLogic, logic.action == .require else { return false }
        return holds(logic, knownAnswers(before: place))
    }

    /// The answers that whoever stands before that place has given to what was visible.
    private func knownAnswers(before place: Int) -> [QuestionID: JSONValue] {
        var known: [QuestionID: JSONValue] = [:]
        for earlier in 0..<place where isVisible(earlier) {
            let question = places[earlier].question
            known[question.id] = answers[question.id]
        }
        return known
    }

    private func isShown(page: Int) -> Bool {
        once(\.shown, page) {
            let first = places.firstIndex { $0.page >= page } ?? places.count
            return shows(form.pages[page].conditionalLogic, knownAnswers(before: first))
        }
    }

    /// Whether a visible question, or a page that was gone through to its end, leads past the place.
    private func isSkipped(_ place: Int) -> Bool {
        let page = places[place].page
        for earlier in 0..<place where isVisible(earlier) {
            guard let target = target(places[earlier].question.conditionalLogic, knownAnswers(before: earlier + 1))
            else {
                continue
            }
            if page < target { return true }
        }
        for earlier in 0..<page where isShown(page: earlier) && isReached(endOf: earlier) {
            let end = places.firstIndex { $0.page > earlier } ?? places.count
            guard let target = target(form.pages[earlier].conditionalLogic, knownAnswers(before: end)) else { continue }
            if page < target { return true }
        }
        return false
    }

    /// Whether nothing leads past the end of a page: not from before it, and not from within.
    private func isReached(endOf page: Int) -> Bool { once(\.reached, page) { !isLedPast(page) } }

    private func isLedPast(_ page: Int) -> Bool {
        for earlier in places.indices where places[earlier].page <= page && isVisible(earlier) {
            let known = knownAnswers(before: earlier + 1)
            if let target = target(places[earlier].question.conditionalLogic, known), target > page { return true }
        }
        for earlier in 0..<page where isShown(page: earlier) && isReached(endOf: earlier) {
            let end = places.firstIndex { $0.page > earlier } ?? places.count
            let known = knownAnswers(before: end)
            if let target = target(form.pages[earlier].conditionalLogic, known), target > page { return true }
        }
        return false
    }

    private func target(_ logic: ConditionalLogic?, _ known: [QuestionID: JSONValue]) -> Int? {
        guard let logic, logic.action == .skipTo, holds(logic, known) else { return nil }
        return form.pages.firstIndex { $0.id == logic.targetPageId }
    }

    private func shows(_ logic: ConditionalLogic?, _ known: [QuestionID: JSONValue]) -> Bool {
        switch logic?.action {
        case .show?: logic.map { holds($0, known) } ?? true
        case .hide?: logic.map { !holds($0, known) } ?? true
        default: true
        }
    }

    private func holds(_ logic: ConditionalLogic, _ known: [QuestionID: JSONValue]) -> Bool {
        holds(.group(ConditionGroup(match: logic.match, conditions: logic.conditions)), known)
    }

    private func holds(_ condition: Condition, _ known: [QuestionID: JSONValue]) -> Bool {
        switch condition {
        case .group(let group):
            let results = group.conditions.map { holds($0, known) }
            return group.match == .all ? !results.contains(false) : results.contains(true)
        case .comparison(let comparison):
            let answer = known[comparison.questionId]
            let value = comparison.value?.json
            switch comparison.operator {
            case .isAnswered: return answer != nil
            case .isEmpty: return answer == nil
            case .equals: return answer != nil && answer == value
            case .notEquals: return answer == nil || answer != value
            case .in: return answer.map { value?.arrayValue?.contains($0) ?? false } ?? false
            case .notIn: return answer.map { !(value?.arrayValue?.contains($0) ?? false) } ?? true
            case .greaterThan:
                guard let number = answer?.doubleValue, let bound = value?.doubleValue else { return false }
                return number > bound
            case .lessThan:
                guard let number = answer?.doubleValue, let bound = value?.doubleValue else { return false }
                return number < bound
            default: preconditionFailure("The forms of this test have no \(comparison.operator)")
            }
        }
    }
}
