import Contracts
import FormsContracts
import Patterns

extension AnswerRule {
    /// Makes the rule of a question, and notes what no answer could satisfy.
    init(_ question: Question, _ faults: inout Faults, at path: String) {
        let rules = question.validationRules ?? ValidationRules()
        var checker = RuleChecker(question: question, rules: rules, path: path)
        defer { faults = checker.faults }
        checker.faults = faults
        switch question.type {
        case .shortText: self = .text(checker.text(.plain, longest: 1_000))
        case .longText: self = .text(checker.text(.plain, longest: String.maximumLength))
        case .email: self = .text(checker.text(.email, longest: 254))
        case .phone: self = .text(checker.text(.phone, longest: 32))
        case .url: self = .text(checker.text(.url, longest: 2_000))
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
    let rules: ValidationRules
    let path: String
    var faults = Faults()

    init(question: Question, rules: ValidationRules, path: String) {
        self.question = question
        self.rules = rules
        self.path = path
    }

    private mutating func add(_ rule: String, _ code: FieldErrorCode, _ message: String) {
        faults.add("\(path).validationRules.\(rule)", code, message)
    }

    mutating func text(_ form: TextAnswerRule.Form, longest: Int) -> TextAnswerRule {
        let minimum = rules.minLength?.value ?? 0
        let maximum = min(rules.maxLength?.value ?? longest, longest)
        if minimum > maximum { add("maxLength", .outOfRange, "No text is as long as minLength demands.") }
        var pattern: Pattern?
        if let source = rules.pattern {
            do { pattern = try Pattern(source.text) } catch { add("pattern", .badFormat, error.message) }
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
        let rule = number()
        let minimum = rule.minimum ?? Swift.min(bounds.lowerBound, rule.maximum ?? bounds.lowerBound)
        let maximum = rule.maximum ?? Swift.max(bounds.upperBound, minimum)
        return NumberAnswerRule(minimum: minimum, maximum: maximum, step: rule.step ?? 1)
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

    mutating func options() -> Set<String> {
        let values = question.options.map(\.value.text)
        if values.isEmpty { faults.add("\(path).options", .required, "Must have at least one option.") }
        var known: Set<String> = []
        for (index, value) in values.enumerated() where !known.insert(value).inserted {
            faults.add("\(path).options.\(index).value", .duplicate, "Another option has this value.")
        }
        let canHaveQuota = question.type != .ranking && question.type != .matrix
        for (index, option) in question.options.enumerated() where option.quota != nil && !canHaveQuota {
            faults.add("\(path).options.\(index).quota", .notAllowed, "Every response names this option.")
        }
        return known
    }

    mutating func selection(_ least: Int) -> SelectionRule {
        let options = options()
        let minimum = rules.minSelections?.value ?? least
        let maximum = rules.maxSelections?.value ?? options.count
        if minimum > options.count { add("minSelections", .outOfRange, "There are only \(options.count) options.") }
        if minimum > maximum { add("maxSelections", .outOfRange, "Must not be less than minSelections.") }
        return SelectionRule(options: options, count: min(minimum, maximum)...maximum)
    }

    /// All options have to be ranked unless a rule says how many.
    mutating func ranking() -> SelectionRule {
        let all = rules.maxSelections.map { min($0.value, question.options.count) } ?? question.options.count
        return selection(max(all, 1))
    }

    mutating func matrix() -> MatrixRule {
        var known: Set<String> = []
        for (index, row) in question.rows.enumerated() where !known.insert(row.value.text).inserted {
            faults.add("\(path).rows.\(index).value", .duplicate, "Another row has this value.")
        }
        return MatrixRule(rows: known, options: options())
    }
}
