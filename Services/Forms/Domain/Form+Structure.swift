import Contracts
import FormsContracts

extension Form {
    static let maximumPages = 100
    static let maximumQuestions = 500
    /// Comparisons and groups, of all pages and questions together.
    static let maximumConditions = 1_000
    /// Patterns of rules and conditions together.
    static let maximumPatterns = 100
    /// The size of all conditions' operands, as JSON.
    static let maximumComparisonBytes = 256 << 10
    /// The size of the form as JSON.
    static let maximumBytes = 1 << 20
    /// The same while the form's society awaits moderation: anybody may found one, and each form has versions.
    static let maximumBytesWhilePending = 128 << 10

    /// Finds faults that even drafts may not have: duplicate ids, and more content than anyone could answer.
    func checkStructure() throws(ValidationError) {
        var check = StructureCheck()
        for (index, page) in pages.enumerated() { check.visit(page, at: "pages.\(index)") }
        check.compare(pages.count, with: Self.maximumPages, "pages")
        check.compare(questions.count, with: Self.maximumQuestions, "questions in all")
        try check.faults.finish()
    }

    /// Estimates the cost of compiling the form, or comparing it with another.
    var compilingSteps: Int {
        questions.reduce(1_000) { steps, question in
            steps + 200 + question.options.count * 20 + question.rows.count * 20
                + (question.validationRules?.pattern == nil ? 0 : Self.stepsPerPattern)
                + (question.conditionalLogic?.compilingSteps ?? 0)
        } + pages.reduce(0) { $0 + ($1.conditionalLogic?.compilingSteps ?? 0) }
    }

    /// The estimated steps to write the form as JSON.
    var writingSteps: Int {
        let bytes = pages.reduce(2_000) { bytes, page in
            bytes + 300 + (page.description?.text.utf8.count ?? 0)
                + page.questions.reduce(0) { $0 + $1.approximateSize }
        }
        return bytes * FormDocument.stepsPerByte + compilingSteps
    }

    /// The cost of an ordinary pattern; the table of patterns is charged for larger ones.
    fileprivate static let stepsPerPattern = 20_000

    /// Refuses a form that is too large.
    ///
    /// - Parameters:
    ///   - bytes: The form's size as JSON.
    ///   - isPending: Whether its society awaits moderation.
    /// - Throws: `ValidationError` at `pages`.
    func checkSize(_ bytes: Int, isPending: Bool = false) throws(ValidationError) {
        let maximum = isPending ? Self.maximumBytesWhilePending : Self.maximumBytes
        guard bytes > maximum else { return }
        let condition = isPending ? " until a moderator approves its society" : ""
        throw ValidationError("pages", .tooLong, "The form must take at most \(maximum >> 10) KiB as JSON\(condition).")
    }
}

extension Question {
    /// The approximate size as JSON, in bytes, without conditions.
    fileprivate var approximateSize: Int {
        let choices = options.reduce(0) { bytes, option in
            bytes + 80 + option.value.text.utf8.count + (option.label?.text.utf8.count ?? 0)
        }
        let lines = rows.reduce(0) { bytes, row in
            bytes + 40 + row.value.text.utf8.count + (row.label?.text.utf8.count ?? 0)
        }
        return 400 + title.text.utf8.count + (description?.text.utf8.count ?? 0) + choices + lines
    }
}

extension ConditionalLogic {
    fileprivate var compilingSteps: Int {
        conditions.flatMap(\.comparisons).reduce(0) { steps, comparison in
            steps + 100 + (comparison.value?.json.approximateSize ?? 0) * 4
                + (comparison.operator == .matches ? Form.stepsPerPattern : 0)
        }
    }
}

/// Traverses a form and counts its parts.
private struct StructureCheck {
    var faults = Faults()
    private var pages: Set<FormPageID> = []
    private var questions: Set<QuestionID> = []
    private var conditions = 0
    private var patterns = 0
    private var comparisonBytes = 0

    mutating func compare(_ count: Int, with maximum: Int, _ name: String) {
        if count > maximum { faults.add("pages", .tooLong, "Must have at most \(maximum) \(name).") }
    }

    mutating func visit(_ page: FormPage, at path: String) {
        if !pages.insert(page.id).inserted { faults.add("\(path).id", .duplicate, "Another page has this id.") }
        visit(page.conditionalLogic, at: path)
        for (index, question) in page.questions.enumerated() {
            visit(question, at: "\(path).questions.\(index)")
        }
    }

    private mutating func visit(_ question: Question, at path: String) {
        if !questions.insert(question.id).inserted {
            faults.add("\(path).id", .duplicate, "Another question has this id.")
        }
        if question.validationRules?.pattern != nil { notePattern("\(path).validationRules.pattern") }
        visit(question.conditionalLogic, at: path)
    }

    private mutating func visit(_ logic: ConditionalLogic?, at path: String) {
        guard let logic else { return }
        visit(logic.conditions, at: "\(path).conditionalLogic")
    }

    private mutating func visit(_ conditions: [Condition], at path: String) {
        for (index, condition) in conditions.enumerated() {
            let path = "\(path).conditions.\(index)"
            self.conditions += 1
            if self.conditions == Form.maximumConditions + 1 {
                faults.add(path, .tooLong, "A form must have at most \(Form.maximumConditions) conditions.")
            }
            switch condition {
            case .comparison(let comparison): visit(comparison, at: path)
            case .group(let group): visit(group.conditions, at: path)
            }
        }
    }

    private mutating func visit(_ comparison: Comparison, at path: String) {
        if comparison.operator == .matches { notePattern("\(path).value") }
        let before = comparisonBytes
        comparisonBytes += comparison.value?.json.approximateSize ?? 0
        if before <= Form.maximumComparisonBytes, comparisonBytes > Form.maximumComparisonBytes {
            let limit = Form.maximumComparisonBytes >> 10
            faults.add("\(path).value", .tooLong, "All conditions of a form must compare with at most \(limit) KiB.")
        }
    }

    private mutating func notePattern(_ field: String) {
        patterns += 1
        if patterns == Form.maximumPatterns + 1 {
            faults.add(field, .tooLong, "A form must have at most \(Form.maximumPatterns) patterns.")
        }
    }
}
