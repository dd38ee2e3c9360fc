public import Contracts

/// Changes a page; its questions are changed by their own operations.
public struct UpdatePage: ServiceOperation {
    public static let contract = Contract(
        "forms.pages.update",
        .patch("/forms/{id}/pages/{pageId}"),
        access: .user,
        "Change a page",
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let pageId: FormPageID
    public let title: Patch<PageTitle>
    public let description: Patch<Description>
    public let order: Change<FormOrder>
    public let conditionalLogic: Patch<MergePatch<ConditionalLogic>>
    public typealias Reply = FormPage

    public init(
        id: FormID,
        pageId: FormPageID,
        title: Patch<PageTitle> = .keep,
        description: Patch<Description> = .keep,
        order: FormOrder? = nil,
        conditionalLogic: Patch<MergePatch<ConditionalLogic>> = .keep
    ) {
        self.id = id
        self.pageId = pageId
        self.title = title
        self.description = description
        self.order = Change(order)
        self.conditionalLogic = conditionalLogic
    }
}
