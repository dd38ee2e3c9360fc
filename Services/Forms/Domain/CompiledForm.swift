import Contracts
import FormsContracts

/// A version of a form that can be answered: everything that holding answers against it needs, prepared once.
///
/// Compiling is what publishing checks, so a form that compiles can be published and one that cannot names every fault.
struct CompiledForm: Sendable {
    let form: Form
    let pages: [CompiledPage]
    /// By id, for finding answers to questions that the form does not have.
    let questions: [QuestionID: CompiledQuestion]

    /// The maximum memory of the patterns, in bytes.
    let patternBytes: Int
    private let cost: CheckingCost

    /// - Parameters:
    ///   - form: Any form; compile time grows with its size and its patterns.
    ///   - work: Is charged for compiling.
    /// - Throws: `ValidationError` with a detail for every fault, up to 100; `WorkExhausted`.
    init(_ form: Form, work: WorkBudget = .unlimited) throws {
        var compiler = FormCompiler(form, work: work)
        self.form = form
        pages = try compiler.compile()
        patternBytes = compiler.patterns.bytes
        cost = compiler.cost
        questions = Dictionary(pages.flatMap(\.questions).map { ($0.question.id, $0) }) { first, _ in first }
    }

    /// Estimates the maximum number of steps to check these answers.
    func estimatedSteps(for answers: [QuestionID: JSONValue]) -> Int {
        answers.reduce(cost.base) { $0 + cost.steps(for: $1.key, size: $1.value.approximateSize) }
    }
}

/// A page with its conditions prepared.
struct CompiledPage: Sendable {
    let logic: CompiledLogic?
    let questions: [CompiledQuestion]
}

/// A question with its rule and conditions prepared.
struct CompiledQuestion: Sendable {
    let question: Question
    let rule: AnswerRule
    let logic: CompiledLogic?
    /// How many responses may choose an option, of those that are limited.
    let quotas: [String: Int]
}

/// When something applies, and what it does then.
struct CompiledLogic: Sendable {
    enum Action: Equatable {
        case show, hide, require
        /// Goes on at the page of that index, which comes later.
        case skip(to: Int)
    }

    let action: Action
    let condition: CompiledCondition
}

extension AnswerEvaluation {
    mutating func holds(_ logic: CompiledLogic) throws(WorkExhausted) -> Bool { try holds(logic.condition) }

    /// Whether what the logic stands at is shown, as far as this logic says.
    mutating func shows(_ logic: CompiledLogic?) throws(WorkExhausted) -> Bool {
        guard let logic else { return true }
        return switch logic.action {
        case .show: try holds(logic)
        case .hide: try !holds(logic)
        case .require, .skip: true
        }
    }

    /// The page that the form goes on with after what the logic stands at; `nil` for the next.
    mutating func destination(of logic: CompiledLogic?) throws(WorkExhausted) -> Int? {
        guard let logic, case .skip(let page) = logic.action, try holds(logic) else { return nil }
        return page
    }
}
