import Contracts
import FormsContracts

/// Answers that hold against a version of a form: to visible questions only, in the form's order.
struct CheckedAnswers: Sendable {
    private(set) var answers: [(question: QuestionID, value: JSONValue)] = []
    /// Options that only so many responses may choose.
    private(set) var limitedOptions: [LimitedOption] = []

    /// One option that was chosen, and how many responses may choose it.
    struct LimitedOption: Sendable {
        let question: QuestionID
        let value: String
        let quota: Int
    }

    /// The answer to a question; `nil` where it was hidden or not answered.
    subscript(question: QuestionID) -> JSONValue? { answers.first { $0.question == question }?.value }

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
    /// - Throws: `ValidationError` with one detail for each question that is answered wrongly or has to be answered.
    func check(_ answers: Answers) throws(ValidationError) -> CheckedAnswers {
        var faults = Faults()
        let given = identify(answers, &faults)
        var walk = Walk(given: given, faults: faults)
        walk.go(through: pages)
        try walk.faults.finish()
        return walk.checked
    }

    /// The answers by question; refuses those to questions that the form does not have.
    private func identify(_ answers: Answers, _ faults: inout Faults) -> [QuestionID: JSONValue] {
        var given: [QuestionID: JSONValue] = [:]
        given.reserveCapacity(answers.count)
        var unknown: [String] = []
        for (name, value) in answers {
            guard let id = QuestionID(name), questions[id] != nil, given[id] == nil else {
                unknown.append(name)
                continue
            }
            given[id] = value
        }
        for name in unknown.sorted().prefix(100) {
            faults.add("answers.\(name)", .notFound, "The form has no such question, or it is answered twice.")
        }
        return given
    }
}

/// One way through a form, from its first question to its last.
private struct Walk {
    let given: [QuestionID: JSONValue]
    var known: KnownAnswers = [:]
    var checked = CheckedAnswers()
    var faults: Faults

    init(given: [QuestionID: JSONValue], faults: Faults) {
        self.given = given
        self.faults = faults
    }

    mutating func go(through pages: [CompiledPage]) {
        var next = 0
        while next < pages.count {
            next = visit(pages[next]) ?? next + 1
        }
    }

    /// - Returns: The page to go on with; `nil` for the next.
    private mutating func visit(_ page: CompiledPage) -> Int? {
        guard page.logic?.shows(known) ?? true else { return nil }
        for question in page.questions where question.logic?.shows(known) ?? true {
            answer(question)
            if let destination = question.logic?.destination(known) { return destination }
        }
        return page.logic?.destination(known)
    }

    private mutating func answer(_ compiled: CompiledQuestion) {
        let question = compiled.question
        let isRequired =
            question.required || compiled.logic.map { $0.action == .require && $0.holds(known) } ?? false
        guard let value = given[question.id], !value.isNoAnswer else {
            if isRequired, question.type != .statement {
                faults.add("answers.\(question.id)", .required, "Is required.")
            }
            return
        }
        if let fault = compiled.rule.fault(in: value, isRequired: isRequired) {
            let message = fault.isOfRule ? question.validationRules?.message?.text : nil
            return faults.add("answers.\(question.id)", fault.code, message ?? fault.message)
        }
        known[question.id] = AnswerOperand(value, for: question.type)
        checked.add(value, to: compiled)
    }
}
