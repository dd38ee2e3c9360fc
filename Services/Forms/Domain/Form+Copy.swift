import Contracts
import FormsContracts

extension Form {
    /// A draft with the same questions under new ids, which its conditions refer to.
    func copied(as id: FormID, title: Name, by user: UserID, at time: Timestamp) -> Form {
        let pageIDs = Dictionary(pages.map { ($0.id, FormPageID()) }) { first, _ in first }
        let questionIDs = Dictionary(questions.map { ($0.id, QuestionID()) }) { first, _ in first }
        let renaming = Renaming(pages: pageIDs, questions: questionIDs)
        return Form(
            id: id,
            title: title,
            description: description,
            entityType: entityType,
            entityId: entityId,
            status: .draft,
            settings: settings,
            version: 1,
            pages: pages.map(renaming.renamed),
            createdBy: user,
            createdAt: time,
            updatedAt: time,
            publishedAt: nil
        )
    }

    /// "Copy of" and the original title, cut to the maximum length; the original title if the cut makes that invalid.
    var titleOfCopy: Name { Name(String("Copy of \(title.text)".unicodeScalars.prefix(200))) ?? title }
}

/// New ids for old ones.
///
/// An id that a draft's condition names without having it stays as it is.
private struct Renaming {
    let pages: [FormPageID: FormPageID]
    let questions: [QuestionID: QuestionID]

    func renamed(_ page: FormPage) -> FormPage {
        var page = page
        page.id = pages[page.id] ?? page.id
        page.conditionalLogic = page.conditionalLogic.map(renamed)
        page.questions = page.questions.map(renamed)
        return page
    }

    private func renamed(_ question: Question) -> Question {
        var question = question
        question.id = questions[question.id] ?? question.id
        question.conditionalLogic = question.conditionalLogic.map(renamed)
        return question
    }

    private func renamed(_ logic: ConditionalLogic) -> ConditionalLogic {
        ConditionalLogic(
            action: logic.action,
            targetPageId: logic.targetPageId.map { pages[$0] ?? $0 },
            match: logic.match,
            conditions: logic.conditions.map(renamed)
        )
    }

    private func renamed(_ condition: Condition) -> Condition {
        switch condition {
        case .comparison(let comparison):
            .comparison(
                Comparison(
                    questionId: questions[comparison.questionId] ?? comparison.questionId,
                    operator: comparison.operator,
                    value: comparison.value?.json
                )
            )
        case .group(let group):
            .group(ConditionGroup(match: group.match, conditions: group.conditions.map(renamed)))
        }
    }
}
