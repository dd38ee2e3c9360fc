import Contracts
import FormsContracts
import Patterns

/// The answers that conditions may see: those to visible questions before them.
typealias KnownAnswers = [QuestionID: AnswerOperand]

/// A condition, prepared.
indirect enum CompiledCondition: Sendable {
    case comparison(QuestionID, AnswerTest)
    case all([CompiledCondition])
    case any([CompiledCondition])

    func holds(_ known: KnownAnswers) -> Bool {
        switch self {
        case .comparison(let question, let test): test.holds(known[question])
        case .all(let conditions): conditions.allSatisfy { $0.holds(known) }
        case .any(let conditions): conditions.contains { $0.holds(known) }
        }
    }
}

/// What a comparison asks of an answer.
///
/// Without an answer only the negations hold: what was not said differs from everything and contains nothing.
enum AnswerTest: Sendable {
    case isAnswered
    case equals(AnswerOperand)
    case isOneOf([AnswerOperand])
    case contains(String)
    case isGreater(than: Double)
    case isLess(than: Double)
    case isBetween(ClosedRange<Double>)
    case starts(with: String)
    case matches(Pattern)
    indirect case not(AnswerTest)

    func holds(_ answer: AnswerOperand?) -> Bool {
        if case .not(let test) = self { return !test.holds(answer) }
        guard let answer else { return false }
        return switch (self, answer) {
        case (.isAnswered, _): true
        case (.equals(let value), _): answer == value
        case (.isOneOf(let values), _): values.contains(answer)
        case (.contains(let part), .text(let text)): part.isEmpty || text.firstRange(of: part) != nil
        case (.contains(let option), .list(let options)): options.contains(option)
        case (.isGreater(let bound), .number(let number)): number > bound
        case (.isLess(let bound), .number(let number)): number < bound
        case (.isBetween(let range), .number(let number)): range.contains(number)
        case (.starts(let prefix), .text(let text)): text.hasPrefix(prefix)
        case (.matches(let pattern), .text(let text)): pattern.matches(text)
        default: false
        }
    }

    /// Prepares a comparison with a question of that type.
    ///
    /// - Throws: `ComparisonFault` where no answer could ever be compared in this way.
    init(_ comparison: Comparison, with question: Question) throws(ComparisonFault) {
        guard question.type.allows(comparison.operator) else {
            throw ComparisonFault("operator", "A \(question.type.rawValue) question cannot be compared in this way.")
        }
        func value() throws(ComparisonFault) -> AnswerOperand { try Self.operand(comparison.value, for: question) }
        switch comparison.operator {
        case .isAnswered: self = .isAnswered
        case .isEmpty: self = .not(.isAnswered)
        case .equals: self = .equals(try value())
        case .notEquals: self = .not(.equals(try value()))
        case .in: self = .isOneOf(try Self.operands(comparison.value, for: question))
        case .notIn: self = .not(.isOneOf(try Self.operands(comparison.value, for: question)))
        case .contains: self = .contains(try Self.part(comparison.value, of: question))
        case .notContains: self = .not(.contains(try Self.part(comparison.value, of: question)))
        case .startsWith: self = .starts(with: try Self.part(comparison.value, of: question))
        case .greaterThan: self = .isGreater(than: try Self.number(value()))
        case .lessThan: self = .isLess(than: try Self.number(value()))
        case .between: self = .isBetween(try Self.range(comparison.value, for: question))
        case .matches: self = .matches(try Self.pattern(comparison.value))
        }
    }

    private static func operand(
        _ json: JSONValue?,
        for question: Question
    ) throws(ComparisonFault) -> AnswerOperand {
        guard let json, let operand = AnswerOperand(json, for: question.type) else {
            throw ComparisonFault("value", "Must be a possible answer to the \(question.type.rawValue) question.")
        }
        if question.type.hasOptions {
            try checkOptions(operand, of: question)
        }
        return operand
    }

    private static func checkOptions(_ operand: AnswerOperand, of question: Question) throws(ComparisonFault) {
        let chosen: [String] =
            switch operand {
            case .text(let text): [text]
            case .list(let texts): texts
            default: []
            }
        guard Set(chosen).isSubset(of: question.options.map(\.value.text)) else {
            throw ComparisonFault("value", "Must name options of the question.")
        }
    }

    private static func operands(
        _ json: JSONValue?,
        for question: Question
    ) throws(ComparisonFault) -> [AnswerOperand] {
        guard let elements = json?.arrayValue, !elements.isEmpty else {
            throw ComparisonFault("value", "Must be an array of possible answers.")
        }
        var operands: [AnswerOperand] = []
        for element in elements { operands.append(try operand(element, for: question)) }
        return operands
    }

    private static func part(_ json: JSONValue?, of question: Question) throws(ComparisonFault) -> String {
        guard let text = json?.stringValue, !text.isEmpty else { throw ComparisonFault("value", "Must be a text.") }
        if question.type.hasOptions { try checkOptions(.text(text), of: question) }
        return text
    }

    private static func number(_ operand: AnswerOperand) throws(ComparisonFault) -> Double {
        guard case .number(let number) = operand else { throw ComparisonFault("value", "Must be a number or a time.") }
        return number
    }

    private static func range(
        _ json: JSONValue?,
        for question: Question
    ) throws(ComparisonFault) -> ClosedRange<Double> {
        guard let bounds = json?.arrayValue, bounds.count == 2 else {
            throw ComparisonFault("value", "Must be an array of two bounds.")
        }
        let lower = try number(operand(bounds[0], for: question))
        let upper = try number(operand(bounds[1], for: question))
        guard lower <= upper else { throw ComparisonFault("value", "The first bound must not exceed the second.") }
        return lower...upper
    }

    private static func pattern(_ json: JSONValue?) throws(ComparisonFault) -> Pattern {
        guard let text = json?.stringValue, text.unicodeScalars.count <= 1_000 else {
            throw ComparisonFault("value", "Must be a regular expression of at most 1000 characters.")
        }
        do { return try Pattern(text) } catch { throw ComparisonFault("value", error.message) }
    }
}

/// Why a comparison can never be made.
struct ComparisonFault: Error {
    /// The comparison's own member.
    let field: String
    let message: String

    init(_ field: String, _ message: String) {
        self.field = field
        self.message = message
    }
}
