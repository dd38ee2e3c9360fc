public import Contracts

/// Changes parts of a form; of a published one this makes the next version.
public struct UpdateForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.update",
        .patch("/forms/{id}"),
        access: .user,
        "Change a form",
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ],
        bodyLimit: 1_048_576
    )
    public let id: FormID
    public let title: Change<Name>
    public let description: Patch<Description>
    public let settings: Change<MergePatch<FormSettings>>
    public let pages: Change<[FormPageInput]>
    public typealias Reply = FormReply

    public init(
        id: FormID,
        title: Name? = nil,
        description: Patch<Description> = .keep,
        settings: MergePatch<FormSettings>? = nil,
        pages: [FormPageInput]? = nil
    ) {
        self.id = id
        self.title = Change(title)
        self.description = description
        self.settings = Change(settings)
        self.pages = Change(pages)
    }
}
