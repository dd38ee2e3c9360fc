public import Contracts
import HTTPTypes

/// Makes a draft with the same questions under new ids.
public struct DuplicateForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.duplicate",
        .post("/forms/{id}/duplicate"),
        access: .user,
        "Copy a form",
        success: .created,
        errors: [.forbidden, .notFound, .invalidState, .quotaExceeded]
    )
    public let id: FormID
    /// By default "Copy of" and the original's title.
    public let title: Name?
    public typealias Reply = Created<FormReply>

    public init(id: FormID, title: Name? = nil) {
        self.id = id
        self.title = title
    }
}
