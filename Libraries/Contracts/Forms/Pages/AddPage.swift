public import Contracts
import HTTPTypes

/// Adds a page, with questions if there are any.
public struct AddPage: ServiceOperation {
    public static let contract = Contract(
        "forms.pages.add",
        .post("/forms/{id}/pages"),
        access: .user,
        "Add a page to a form",
        success: .created,
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let title: PageTitle?
    public let description: Description?
    /// By default after the last.
    public let order: FormOrder?
    public let conditionalLogic: ConditionalLogic?
    public let questions: [QuestionInput]?
    public typealias Reply = Created<FormPage>

    public init(
        id: FormID,
        title: PageTitle? = nil,
        description: Description? = nil,
        order: FormOrder? = nil,
        conditionalLogic: ConditionalLogic? = nil,
        questions: [QuestionInput]? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.order = order
        self.conditionalLogic = conditionalLogic
        self.questions = questions
    }
}

extension FormPage: OperationReply {}
