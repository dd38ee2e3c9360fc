import Contracts
import FormsContracts

/// Answers that hold against a version of a form: to visible questions only, in the form's order.
struct CheckedAnswers: Sendable {
    private(set) var answers: [(question: QuestionID, value: JSONValue)] = []
    private var places: [QuestionID: Int] = [:]
    /// Options that only so many responses may choose.
    private(set) var limitedOptions: [LimitedOption] = []

    /// One option that was chosen, and how many responses may choose it.
    struct LimitedOption: Sendable {
        let question: QuestionID
        let value: String
        let quota: Int
    }

    /// The answer to a question; `nil` where it was hidden or not answered.
    subscript(question: QuestionID) -> JSONValue? { places[question].map { answers[$0].value } }

    /// The answers as they are stored.
    var json: RawJSON {
        var writer = JSONWriter()
        writer.beginObject()
        for (question, value) in answers {
            writer.name(question.description)
            writer.value(value)
        }
        writer.endObject()
        return RawJSON(bytes: writer.bytes)
    }

    fileprivate mutating func add(_ value: JSONValue, to question: CompiledQuestion) {
        places[question.question.id] = answers.count
        answers.append((question.question.id, value))
        guard !question.quotas.isEmpty else { return }
        let chosen = value.arrayValue?.compactMap(\.plainText) ?? [value.plainText].compactMap { $0 }
        limitedOptions += chosen.compactMap { option in
            question.quotas[option].map { LimitedOption(question: question.question.id, value: option, quota: $0) }
        }
    }
}

extension CompiledForm {
    /// Holds answers against the form.
    ///
    /// Goes through the form as a respondent does. What is shown follows from the answers to what was shown before, so
    /// that an answer to a question that became hidden counts for nothing: it is not checked, not kept, and conditions
    /// do not see it.
    ///
    /// - Parameters:
    ///   - answers: The respondent's answers.
    ///   - work: Is charged for the check.
    /// - Returns: The answers to store.
    /// - Throws: `ValidationError` with a detail for each invalid or missing answer; `WorkExhausted`.
    func check(_ answers: Answers, work: WorkBudget = .unlimited) throws -> CheckedAnswers {
        try check(identify(answers), work: work)
    }

    func check(_ given: IdentifiedAnswers, work: WorkBudget) throws -> CheckedAnswers {
        var walk = Walk(given: given, work: work)
        try walk.go(through: pages)
        try walk.faults.finish()
        return walk.checked
    }

    /// Groups the answers by question, and notes answers to unknown questions.
    func identify(_ answers: Answers) -> IdentifiedAnswers {
        var identified = IdentifiedAnswers()
        identified.answers.reserveCapacity(min(answers.count, questions.count))
        var unknown: [String] = []
        for (name, value) in answers {
            guard let id = QuestionID(name), questions[id] != nil, identified.answers[id] == nil else {
                if unknown.count < 100 { unknown.append(String(name.unicodeScalars.prefix(100))) }
                continue
            }
            identified.answers[id] = value
        }
        for name in unknown.sorted() {
            identified.faults.add(
                "answers.\(name)",
                .notFound,
                "The form has no such question, or it is answered twice."
            )
        }
        return identified
    }
}

/// Unchecked answers by question.
struct IdentifiedAnswers: Sendable {
    fileprivate(set) var answers: [QuestionID: JSONValue] = [:]
    fileprivate var faults = Faults()
}

/// One way through a form, from its first question to its last.
private struct Walk {
    let given: [QuestionID: JSONValue]
    var evaluation: AnswerEvaluation
    var checked = CheckedAnswers()
    var faults: Faults

    init(given: IdentifiedAnswers, work: WorkBudget) {
        self.given = given.answers
        faults = given.faults
        evaluation = AnswerEvaluation(work: work)
    }

    mutating func go(through pages: [CompiledPage]) throws {
        var next = 0
        while next < pages.count {
            next = try visit(pages[next]) ?? next + 1
        }
    }

    /// - Returns: The page to go on with; `nil` for the next.
    private mutating func visit(_ page: CompiledPage) throws -> Int? {
        guard try evaluation.shows(page.logic) else { return nil }
        for question in page.questions where try evaluation.shows(question.logic) {
            try answer(question)
            if let destination = try evaluation.destination(of: question.logic) { return destination }
        }
        return try evaluation.destination(of: page.logic)
    }

    private mutating func answer(_ compiled: CompiledQuestion) throws {
        let question = compiled.question
        let isRequired = try question.required || isDemanded(by: compiled.logic)
        guard let value = given[question.id], !value.isNoAnswer else {
            if isRequired, question.type != .statement {
                faults.add("answers.\(question.id)", .required, "Is required.")
            }
            return
        }
        try evaluation.work.spend(value.approximateSize * CheckingCost.stepsPerByte)
        do {
            let accepted = try compiled.rule.accepted(value, to: question.id, isRequired: isRequired, &evaluation)
            evaluation.learn(AnswerOperand(accepted, for: question.type), to: question.id)
            checked.add(accepted, to: compiled)
        } catch let fault as AnswerFault {
            let message = fault.isOfRule ? question.validationRules?.message?.text : nil
            faults.add("answers.\(question.id)", fault.code, message ?? fault.message)
        }
    }

    private mutating func isDemanded(by logic: CompiledLogic?) throws -> Bool {
        guard let logic, logic.action == .require else { return false }
        return try evaluation.holds(logic)
    }
}
