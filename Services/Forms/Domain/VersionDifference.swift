import Contracts
import FormsContracts

extension Form {
    /// What somebody who opened `earlier` has to look at again, in the order of this version; empty if nothing.
    ///
    /// Only what an answer depends on counts: another title of the form, another place of a question or another limit
    /// changes no answer.
    func changedQuestions(since earlier: Form) -> [FieldError] {
        let before = Dictionary(earlier.answerable) { first, _ in first }
        let now = Dictionary(answerable) { first, _ in first }
        let changed = answerable.compactMap { id, question -> FieldError? in
            guard let old = before[id] else {
                return FieldError("answers.\(id)", .added, "This question is new.")
            }
            return old == question ? nil : FieldError("answers.\(id)", .changed, "This question was changed.")
        }
        let removed = earlier.answerable.filter { now[$0.0] == nil }.map {
            FieldError("answers.\($0.0)", .removed, "This question was removed.")
        }
        return changed + removed
    }

    /// The questions, each with the logic of its page and without its place.
    private var answerable: [(QuestionID, AnswerableQuestion)] {
        pages.flatMap { page in
            page.questions.map { question in
                var question = question
                question.order = 0
                return (question.id, AnswerableQuestion(question: question, pageLogic: page.conditionalLogic))
            }
        }
    }
}

private struct AnswerableQuestion: Equatable {
    let question: Question
    let pageLogic: ConditionalLogic?
}

extension FieldErrorCode {
    static let added = Self(rawValue: "added")
    static let changed = Self(rawValue: "changed")
    static let removed = Self(rawValue: "removed")
}
