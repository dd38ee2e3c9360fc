public import Contracts

/// Changes a question, or moves it to another page.
public struct UpdateQuestion: ServiceOperation {
    public static let contract = Contract(
        "forms.questions.update",
        .patch("/forms/{id}/questions/{questionId}"),
        access: .user,
        "Change a question",
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let questionId: QuestionID
    public let pageId: FormPageID?
    public let type: Change<QuestionType>
    public let title: Change<QuestionTitle>
    public let description: Patch<Description>
    public let required: Change<Bool>
    public let order: Change<FormOrder>
    public let options: Patch<[QuestionOption]>
    public let rows: Patch<[QuestionRow]>
    public let validationRules: Patch<MergePatch<ValidationRules>>
    public let conditionalLogic: Patch<MergePatch<ConditionalLogic>>
    public let profileFieldKey: Patch<ProfileFieldKey>
    public typealias Reply = Question

    public init(
        id: FormID,
        questionId: QuestionID,
        pageId: FormPageID? = nil,
        type: QuestionType? = nil,
        title: QuestionTitle? = nil,
        description: Patch<Description> = .keep,
        required: Bool? = nil,
        order: FormOrder? = nil,
        options: Patch<[QuestionOption]> = .keep,
        rows: Patch<[QuestionRow]> = .keep,
        validationRules: Patch<MergePatch<ValidationRules>> = .keep,
        conditionalLogic: Patch<MergePatch<ConditionalLogic>> = .keep,
        profileFieldKey: Patch<ProfileFieldKey> = .keep
    ) {
        self.id = id
        self.questionId = questionId
        self.pageId = pageId
        self.type = Change(type)
        self.title = Change(title)
        self.description = description
        self.required = Change(required)
        self.order = Change(order)
        self.options = options
        self.rows = rows
        self.validationRules = validationRules
        self.conditionalLogic = conditionalLogic
        self.profileFieldKey = profileFieldKey
    }
}
