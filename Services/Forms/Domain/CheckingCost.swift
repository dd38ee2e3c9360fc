import Contracts
import FormsContracts
import Patterns

/// What checking responses costs: for the longest answers, of which a form has to keep below a limit, and for given ones.
struct CheckingCost: Sendable {
    /// The most steps that checking the longest answers may take.
    ///
    /// It leaves room within `WorkBudget.defaultSteps` for reading the answers.
    static let maximumSteps = 40_000_000
    /// What normalising and reading a byte of an answer costs.
    static let stepsPerByte = 4

    /// The steps that every response takes, whatever it says.
    private(set) var base = 0
    private var answers: [QuestionID: Answer] = [:]
    /// With the longest answers to every question.
    private var longest = 0

    /// What is asked of the answer to one question.
    private struct Answer {
        let largestSize: Int
        var stepsPerByte = CheckingCost.stepsPerByte
        /// Each is matched with the answer once, however often it is asked.
        var patterns: Set<ObjectIdentifier> = []
    }

    /// Adds a question.
    ///
    /// - Returns: Whether the longest answers can still be checked.
    mutating func add(_ rule: AnswerRule, of question: QuestionID) -> Bool {
        base += 1
        var answer = Answer(largestSize: rule.largestSize)
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
    /// - Returns: Whether the longest answers can still be checked.
    mutating func add(_ test: AnswerTest, on question: QuestionID) -> Bool {
        base += 2
        guard var answer = answers[question] else { return true }
        if let pattern = test.pattern, !answer.patterns.insert(ObjectIdentifier(pattern)).inserted { return true }
        let steps = test.steps(forSize: answer.largestSize)
        answer.stepsPerByte += (steps + answer.largestSize) / (answer.largestSize + 1)
        answers[question] = answer
        return add(steps)
    }

    /// - Returns: Whether the sum was below the limit, or was above it before.
    private mutating func add(_ steps: Int) -> Bool {
        let before = longest
        longest += steps
        return longest <= Self.maximumSteps || before > Self.maximumSteps
    }

    /// The most steps that an answer of so many bytes takes, roughly.
    func steps(for question: QuestionID, size: Int) -> Int { size * (answers[question]?.stepsPerByte ?? 1) }
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
