import Contracts
import FormsContracts
import Patterns

/// The cost of checking responses: the worst case, which a form must keep below a limit, and that of given answers.
struct CheckingCost: Sendable {
    /// The maximum number of steps to check the longest answers.
    ///
    /// It leaves room within `WorkBudget.defaultSteps` for reading the answers, and for checking numbers against their
    /// `step`, which costs at most about 5,000 per question.
    static let maximumSteps = 40_000_000
    /// The cost of normalising and reading one byte of an answer.
    static let stepsPerByte = 4

    /// The steps that every response takes, regardless of its answers.
    private(set) var base = 0
    private var answers: [QuestionID: Answer] = [:]
    /// The steps with the longest answers to every question.
    private var longest = 0

    /// The checks of one question's answer.
    private struct Answer {
        let largestSize: Int
        var stepsPerByte = CheckingCost.stepsPerByte
        /// The steps that don't depend on the answer's size.
        var steps = 0
        /// Each is matched with the answer once, even if tested repeatedly.
        var patterns: Set<ObjectIdentifier> = []
    }

    /// Adds a question.
    ///
    /// - Returns: `true` if the longest answers can still be checked.
    mutating func add(_ rule: AnswerRule, of question: QuestionID) -> Bool {
        base += 1
        var answer = Answer(largestSize: rule.largestSize)
        if case .number(let number) = rule { answer.steps = number.steps }
        var steps = 0
        if case .text(let text) = rule, let pattern = text.pattern {
            answer.patterns.insert(ObjectIdentifier(pattern))
            answer.stepsPerByte += pattern.programSize
            steps = pattern.steps(forBytes: rule.largestSize)
        }
        answers[question] = answer
        return add(steps)
    }

    /// Adds a comparison with an earlier answer.
    ///
    /// - Returns: `true` if the longest answers can still be checked.
    mutating func add(_ test: AnswerTest, on question: QuestionID) -> Bool {
        base += 2
        guard var answer = answers[question] else { return true }
        if let pattern = test.pattern, !answer.patterns.insert(ObjectIdentifier(pattern)).inserted { return true }
        let steps = test.steps(forSize: answer.largestSize)
        answer.stepsPerByte += (steps + answer.largestSize) / (answer.largestSize + 1)
        answers[question] = answer
        return add(steps)
    }

    /// - Returns: `true` if the sum stays below the limit, or exceeded it before.
    private mutating func add(_ steps: Int) -> Bool {
        let before = longest
        longest += steps
        return longest <= Self.maximumSteps || before > Self.maximumSteps
    }

    /// Estimates the maximum number of steps for an answer of this size in bytes.
    func steps(for question: QuestionID, size: Int) -> Int {
        guard let answer = answers[question] else { return size }
        return size * answer.stepsPerByte + answer.steps
    }
}

extension AnswerTest {
    /// The pattern that the test matches, if any.
    fileprivate var pattern: Pattern? {
        switch self {
        case .matches(let pattern): pattern
        case .not(let test): test.pattern
        default: nil
        }
    }
}
