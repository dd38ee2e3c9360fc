import Contracts
import FormsContracts
import Patterns

/// A condition, prepared.
indirect enum CompiledCondition: Sendable {
    case comparison(QuestionID, AnswerTest)
    case all([CompiledCondition])
    case any([CompiledCondition])
}

/// What a comparison asks of an answer.
///
/// Without an answer only the negations hold: what was not said differs from everything and contains nothing.
enum AnswerTest: Sendable {
    case isAnswered
    case equals(AnswerOperand)
    case isOneOf(Set<AnswerOperand>)
    case contains(PieceSearch)
    case includes(PreparedText)
    case isGreater(than: DecimalNumber)
    case isLess(than: DecimalNumber)
    case isBetween(ClosedRange<DecimalNumber>)
    case starts(with: PreparedText)
    case matches(Pattern)
    indirect case not(AnswerTest)

    /// Returns the maximum number of steps of the test.
    ///
    /// - Parameter size: The answer's size in bytes, or in elements for a list.
    /// - Returns: At least 1, or 0 for an empty answer.
    func steps(forSize size: Int) -> Int {
        switch self {
        case .isAnswered, .isGreater, .isLess, .isBetween: 1
        case .equals(.list), .contains, .includes: size
        case .equals, .isOneOf: 2
        case .starts(let prefix): min(prefix.bytes.count, size)
        case .matches(let pattern): pattern.steps(forBytes: size)
        case .not(let test): test.steps(forSize: size)
        }
    }
}

extension Pattern {
    /// Returns the maximum number of steps to match a text of this size.
    func steps(forBytes bytes: Int) -> Int { programSize * (bytes + 1) }
}

/// The answers that conditions may read, those to earlier visible questions, with cached results.
struct AnswerEvaluation {
    private var answers: [QuestionID: AnswerOperand] = [:]
    /// Pattern results, cached so that each pattern is matched with an answer once.
    private var verdicts: [Match: Bool] = [:]
    /// Is charged for every comparison.
    let work: WorkBudget

    private struct Match: Hashable {
        let pattern: ObjectIdentifier
        let question: QuestionID
    }

    init(work: WorkBudget) { self.work = work }

    mutating func learn(_ answer: AnswerOperand?, to question: QuestionID) { answers[question] = answer }

    mutating func holds(_ condition: CompiledCondition) throws(WorkExhausted) -> Bool {
        try work.spend(1)
        switch condition {
        case .comparison(let question, let test): return try holds(test, question)
        case .all(let conditions):
            for condition in conditions where try !holds(condition) { return false }
            return true
        case .any(let conditions):
            for condition in conditions where try holds(condition) { return true }
            return false
        }
    }

    private mutating func holds(_ test: AnswerTest, _ question: QuestionID) throws(WorkExhausted) -> Bool {
        if case .not(let test) = test { return try !holds(test, question) }
        guard let answer = answers[question] else { return false }
        switch (test, answer) {
        case (.matches(let pattern), .text(let text)): return try matches(pattern, text.bytes, question)
        case (_, .text(let text)): try work.spend(test.steps(forSize: text.bytes.count))
        case (_, .list(let options)): try work.spend(test.steps(forSize: options.count))
        default: break
        }
        return test.holds(of: answer)
    }

    /// Tells whether a pattern matches a question's whole answer.
    mutating func matches(
        _ pattern: Pattern,
        _ text: [UInt8],
        _ question: QuestionID
    ) throws(WorkExhausted) -> Bool {
        let match = Match(pattern: ObjectIdentifier(pattern), question: question)
        if let verdict = verdicts[match] { return verdict }
        try work.spend(pattern.steps(forBytes: text.count))
        let verdict = pattern.matches(text)
        verdicts[match] = verdict
        return verdict
    }
}

extension AnswerTest {
    /// Applies the test to an answer; `AnswerEvaluation` handles patterns and negations.
    fileprivate func holds(of answer: AnswerOperand) -> Bool {
        switch (self, answer) {
        case (.isAnswered, _): true
        case (.equals(let value), _): answer == value
        case (.isOneOf(let values), _): values.contains(answer)
        case (.contains(let search), .text(let text)): search.occurs(in: text.bytes)
        case (.isGreater(let bound), .number(let number)): number > bound
        case (.isLess(let bound), .number(let number)): number < bound
        case (.isBetween(let range), .number(let number)): range.contains(number)
        case (.starts(let prefix), .text(let text)): text.bytes.starts(with: prefix.bytes)
        case (.includes(let option), .list(let options)): options.contains(option)
        default: false
        }
    }
}

extension AnswerTest {
    /// Prepares a comparison with a question of that type.
    ///
    /// - Parameters:
    ///   - comparison: The form's comparison.
    ///   - question: The compared question.
    ///   - options: The question's options.
    ///   - patterns: The form's patterns so far.
    /// - Throws: `ComparisonFault` if no answer could ever be compared this way, `WorkExhausted`.
    init(
        _ comparison: Comparison,
        with question: Question,
        options: OptionTable,
        _ patterns: inout PatternTable
    ) throws {
        guard question.type.allows(comparison.operator) else {
            throw ComparisonFault("operator", "A \(question.type.rawValue) question cannot be compared in this way.")
        }
        let reader = ComparisonReader(question: question, options: options, value: comparison.value?.json)
        switch comparison.operator {
        case .isAnswered: self = .isAnswered
        case .isEmpty: self = .not(.isAnswered)
        case .equals: self = .equals(try reader.operand())
        case .notEquals: self = .not(.equals(try reader.operand()))
        case .in: self = .isOneOf(try reader.operands())
        case .notIn: self = .not(.isOneOf(try reader.operands()))
        case .contains: self = try reader.inclusion()
        case .notContains: self = .not(try reader.inclusion())
        case .startsWith: self = .starts(with: try reader.part())
        case .greaterThan: self = .isGreater(than: try reader.number())
        case .lessThan: self = .isLess(than: try reader.number())
        case .between: self = .isBetween(try reader.range())
        case .matches: self = .matches(try reader.pattern(&patterns))
        }
    }
}

/// Reads the operand of a comparison.
private struct ComparisonReader {
    let question: Question
    let options: OptionTable
    let value: JSONValue?

    func operand() throws(ComparisonFault) -> AnswerOperand { try operand(value) }

    private func operand(_ json: JSONValue?) throws(ComparisonFault) -> AnswerOperand {
        guard let json, let operand = AnswerOperand(json, for: question.type) else {
            throw ComparisonFault("value", "Must be a possible answer to the \(question.type.rawValue) question.")
        }
        switch operand {
        case .text(let text): try check([text])
        case .list(let texts): try check(texts)
        default: break
        }
        return operand
    }

    private func check(_ chosen: [PreparedText]) throws(ComparisonFault) {
        guard !question.type.hasOptions || chosen.allSatisfy(options.has) else {
            throw ComparisonFault("value", "Must name options of the question.")
        }
    }

    func operands() throws(ComparisonFault) -> Set<AnswerOperand> {
        guard let elements = value?.arrayValue, !elements.isEmpty else {
            throw ComparisonFault("value", "Must be an array of possible answers.")
        }
        var operands: Set<AnswerOperand> = []
        for element in elements { operands.insert(try operand(element)) }
        return operands
    }

    func part() throws(ComparisonFault) -> PreparedText {
        guard let text = value?.stringValue, !text.isEmpty else { throw ComparisonFault("value", "Must be a text.") }
        let part = PreparedText(text)
        try check([part])
        return part
    }

    /// Returns a test that a text contains a piece, or a list an option.
    func inclusion() throws(ComparisonFault) -> AnswerTest {
        question.type.hasOptions ? .includes(try part()) : .contains(PieceSearch(try part()))
    }

    func number() throws(ComparisonFault) -> DecimalNumber { try number(value) }

    private func number(_ json: JSONValue?) throws(ComparisonFault) -> DecimalNumber {
        guard case .number(let number) = try operand(json) else {
            throw ComparisonFault("value", "Must be a number or a time.")
        }
        return number
    }

    func range() throws(ComparisonFault) -> ClosedRange<DecimalNumber> {
        guard let bounds = value?.arrayValue, bounds.count == 2 else {
            throw ComparisonFault("value", "Must be an array of two bounds.")
        }
        let (lower, upper) = (try number(bounds[0]), try number(bounds[1]))
        guard lower <= upper else { throw ComparisonFault("value", "The first bound must not exceed the second.") }
        return lower...upper
    }

    func pattern(_ patterns: inout PatternTable) throws -> Pattern {
        guard let text = value?.stringValue, text.unicodeScalars.count <= 1_000 else {
            throw ComparisonFault("value", "Must be a regular expression of at most 1000 characters.")
        }
        do { return try patterns.pattern(text) } catch let refusal as PatternRefusal {
            throw ComparisonFault("value", refusal.message)
        }
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
