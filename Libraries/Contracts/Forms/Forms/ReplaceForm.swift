public import Contracts

/// Writes a form anew; of a published one this makes the next version.
///
/// What it belongs to never changes, so that a form which was read may be sent back whole.
public struct ReplaceForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.replace",
        .put("/forms/{id}"),
        access: .user,
        "Replace a form",
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ],
        bodyLimit: 1_048_576
    )
    public let id: FormID
    public let title: Name
    public let description: Description?
    public let settings: FormSettings?
    public let pages: [FormPageInput]?
    public typealias Reply = FormReply

    public init(
        id: FormID,
        title: Name,
        description: Description? = nil,
        settings: FormSettings? = nil,
        pages: [FormPageInput]? = nil
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.settings = settings
        self.pages = pages
    }
}
