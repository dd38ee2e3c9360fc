public import Contracts
import HTTPTypes

/// Adds a question to a page.
public struct AddQuestion: ServiceOperation {
    public static let contract = Contract(
        "forms.questions.add",
        .post("/forms/{id}/questions"),
        access: .user,
        "Add a question to a form",
        success: .created,
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    /// By default the last page; one is made for a form without pages.
    public let pageId: FormPageID?
    public let type: QuestionType
    public let title: QuestionTitle
    public let description: Description?
    public let required: Flag
    /// By default after the page's last.
    public let order: FormOrder?
    public let options: [QuestionOption]?
    public let rows: [QuestionRow]?
    public let validationRules: ValidationRules?
    public let conditionalLogic: ConditionalLogic?
    public let profileFieldKey: ProfileFieldKey?
    public typealias Reply = Created<Question>

    public init(id: FormID, pageId: FormPageID? = nil, _ question: QuestionInput) {
        self.id = id
        self.pageId = pageId
        type = question.type
        title = question.title
        description = question.description
        required = question.required
        order = question.order
        options = question.options
        rows = question.rows
        validationRules = question.validationRules
        conditionalLogic = question.conditionalLogic
        profileFieldKey = question.profileFieldKey
    }

    /// The question that is to be added.
    public var question: QuestionInput {
        QuestionInput(
            type: type,
            title: title,
            description: description,
            required: required,
            order: order,
            options: options,
            rows: rows,
            validationRules: validationRules,
            conditionalLogic: conditionalLogic,
            profileFieldKey: profileFieldKey
        )
    }
}

extension Question: OperationReply {}
