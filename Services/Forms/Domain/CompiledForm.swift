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

    /// - Throws: `ValidationError` with a detail for every fault.
    init(_ form: Form) throws(ValidationError) {
        var compiler = FormCompiler(form)
        self.form = form
        pages = try compiler.compile()
        questions = Dictionary(pages.flatMap(\.questions).map { ($0.question.id, $0) }) { first, _ in first }
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

    func holds(_ known: KnownAnswers) -> Bool { condition.holds(known) }

    /// Whether what the logic stands at is shown, as far as this logic says.
    func shows(_ known: KnownAnswers) -> Bool {
        switch action {
        case .show: holds(known)
        case .hide: !holds(known)
        case .require, .skip: true
        }
    }

    /// The page that the form goes on with after what the logic stands at; `nil` for the next.
    func destination(_ known: KnownAnswers) -> Int? {
        guard case .skip(let page) = action, holds(known) else { return nil }
        return page
    }
}
