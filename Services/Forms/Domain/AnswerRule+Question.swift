import Contracts
import FormsContracts
import Patterns

extension AnswerRule {
    /// Makes the rule of a question, and notes what no answer could satisfy.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - options: The question's options.
    ///   - patterns: The form's patterns so far.
    ///   - faults: The form's faults so far.
    ///   - path: The question's path.
    /// - Throws: `WorkExhausted`.
    init(
        _ question: Question,
        options: OptionTable,
        _ patterns: inout PatternTable,
        _ faults: inout Faults,
        at path: String
    ) throws {
        let rules = question.validationRules ?? ValidationRules()
        var checker = RuleChecker(question: question, table: options, rules: rules, path: path)
        defer { faults = checker.faults }
        checker.faults = faults
        switch question.type {
        case .shortText: self = .text(try checker.text(.plain, longest: 1_000, &patterns))
        case .longText: self = .text(try checker.text(.plain, longest: String.maximumLength, &patterns))
        case .email: self = .text(try checker.text(.email, longest: 254, &patterns))
        case .phone: self = .text(try checker.text(.phone, longest: 32, &patterns))
        case .url: self = .text(try checker.text(.url, longest: 2_000, &patterns))
        case .number: self = .number(checker.number())
        case .rating: self = .number(checker.scale(1...5))
        case .linearScale: self = .number(checker.scale(0...10))
        case .date: self = .date(checker.date(.date))
        case .time: self = .date(checker.date(.time))
        case .datetime: self = .date(checker.date(.instant))
        case .multipleChoice, .dropdown: self = .choice(checker.options())
        case .checkboxes: self = .selection(checker.selection(1))
        case .ranking: self = .selection(checker.ranking())
        case .matrix: self = .matrix(checker.matrix())
        case .yesNo: self = .yesNo
        case .statement: self = .nothing
        case .fileUpload, .signature:
            self = .nothing
            checker.faults.add("\(path).type", .notAllowed, "Files cannot be taken in yet.")
        }
    }
}

/// Reads the rules that concern a question's type; rules of other types say nothing and are passed over.
private struct RuleChecker {
    let question: Question
    let table: OptionTable
    let rules: ValidationRules
    let path: String
    var faults = Faults()

    init(question: Question, table: OptionTable, rules: ValidationRules, path: String) {
        self.question = question
        self.table = table
        self.rules = rules
        self.path = path
    }

    private mutating func add(_ rule: String, _ code: FieldErrorCode, _ message: String) {
        faults.add("\(path).validationRules.\(rule)", code, message)
    }

    mutating func text(
        _ form: TextAnswerRule.Form,
        longest: Int,
        _ patterns: inout PatternTable
    ) throws -> TextAnswerRule {
        let minimum = rules.minLength?.value ?? 0
        let maximum = min(rules.maxLength?.value ?? longest, longest)
        if minimum > maximum { add("maxLength", .outOfRange, "No text is as long as minLength demands.") }
        var pattern: Pattern?
        if let source = rules.pattern {
            do { pattern = try patterns.pattern(source.text) } catch let refusal as PatternRefusal {
                add("pattern", .badFormat, refusal.message)
            }
        }
        return TextAnswerRule(form: form, length: min(minimum, maximum)...maximum, pattern: pattern)
    }

    mutating func number() -> NumberAnswerRule {
        if let minimum = rules.min, let maximum = rules.max, minimum > maximum {
            add("max", .outOfRange, "Must not be less than min.")
        }
        if let step = rules.step, step <= 0 { add("step", .outOfRange, "Must be greater than 0.") }
        return NumberAnswerRule(minimum: rules.min, maximum: rules.max, step: rules.step)
    }

    mutating func scale(_ bounds: ClosedRange<Double>) -> NumberAnswerRule {
        _ = number()
        let minimum = rules.min ?? Swift.min(bounds.lowerBound, rules.max ?? bounds.lowerBound)
        let maximum = rules.max ?? Swift.max(bounds.upperBound, minimum)
        return NumberAnswerRule(minimum: minimum, maximum: maximum, step: rules.step ?? 1)
    }

    mutating func date(_ form: DateAnswerRule.Form) -> DateAnswerRule {
        let bounds = [("minDate", rules.minDate, false), ("maxDate", rules.maxDate, true)].map { name, bound, isUpper in
            let value = bound.flatMap { DateAnswerRule.bound($0, form, isUpper: isUpper) }
            if bound != nil, value == nil { add(name, .badFormat, "Must be written like the answers.") }
            return value
        }
        if let minimum = bounds[0], let maximum = bounds[1], minimum > maximum {
            add("maxDate", .outOfRange, "Must not come before minDate.")
        }
        return DateAnswerRule(form: form, minimum: rules.minDate, maximum: rules.maxDate)
    }

    mutating func options() -> OptionTable {
        let values = question.options.map(\.value.text)
        if values.isEmpty { faults.add("\(path).options", .required, "Must have at least one option.") }
        noteDuplicates(values, "options", "Another option has this value.")
        let canHaveQuota = question.type != .ranking && question.type != .matrix
        for (index, option) in question.options.enumerated() where option.quota != nil && !canHaveQuota {
            faults.add("\(path).options.\(index).quota", .notAllowed, "Every response names this option.")
        }
        return table
    }

    /// Values are equal if their normal forms are.
    private mutating func noteDuplicates(_ values: [String], _ list: String, _ message: String) {
        var known: Set<PreparedText> = []
        for (index, value) in values.enumerated() where !known.insert(PreparedText(value)).inserted {
            faults.add("\(path).\(list).\(index).value", .duplicate, message)
        }
    }

    mutating func selection(_ least: Int) -> SelectionRule {
        let options = options()
        let minimum = rules.minSelections?.value ?? least
        let count = question.options.count
        let maximum = rules.maxSelections?.value ?? count
        if minimum > count { add("minSelections", .outOfRange, "There are only \(count) options.") }
        if minimum > maximum { add("maxSelections", .outOfRange, "Must not be less than minSelections.") }
        return SelectionRule(options: options, count: min(minimum, maximum)...maximum)
    }

    /// All options have to be ranked unless a rule says how many.
    mutating func ranking() -> SelectionRule {
        let all = rules.maxSelections.map { min($0.value, question.options.count) } ?? question.options.count
        return selection(max(all, 1))
    }

    mutating func matrix() -> MatrixRule {
        let rows = question.rows.map(\.value.text)
        noteDuplicates(rows, "rows", "Another row has this value.")
        return MatrixRule(rows: OptionTable(rows), options: options())
    }
}

extension ValidationRules {
    /// Finds rules that no question of any type could have.
    ///
    /// - Parameters:
    ///   - field: The path of the rules, for faults.
    ///   - work: Is charged for compiling the pattern.
    /// - Throws: `ValidationError`, `WorkExhausted`.
    func checkPublishable(at field: String, work: WorkBudget) throws {
        var details: [FieldError] = []
        for types in [[QuestionType.longText], [.number], [.date, .time, .datetime], [.checkboxes]] {
            var found: [[FieldError]] = []
            for type in types { found.append(try faults(in: type, work)) }
            // A date's bounds may fit any of the date types.
            if !found.contains(where: \.isEmpty) { details += found[0] }
        }
        guard !details.isEmpty else { return }
        throw ValidationError(details.map { FieldError("\(field).\($0.field)", $0.code, $0.message) })
    }

    private func faults(in type: QuestionType, _ work: WorkBudget) throws -> [FieldError] {
        // The maximum number of options of a question.
        let values = type.hasOptions ? (0..<1_000).map(String.init) : []
        let options = values.map { QuestionOption(value: OptionValue(unchecked: $0), label: nil) }
        let question = Question(
            id: QuestionID(),
            type: type,
            title: .placeholder,
            description: nil,
            required: false,
            order: 1,
            options: options,
            rows: [],
            validationRules: self,
            conditionalLogic: nil,
            profileFieldKey: nil
        )
        var patterns = PatternTable(work: work)
        var faults = Faults()
        _ = try AnswerRule(question, options: OptionTable(question), &patterns, &faults, at: "")
        let prefix = ".validationRules."
        return faults.details.map { FieldError(String($0.field.dropFirst(prefix.count)), $0.code, $0.message) }
    }
}
