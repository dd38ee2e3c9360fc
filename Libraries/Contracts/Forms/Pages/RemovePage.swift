public import Contracts
import HTTPTypes

/// Takes a page out of a form, with its questions.
public struct RemovePage: ServiceOperation {
    public static let contract = Contract(
        "forms.pages.remove",
        .delete("/forms/{id}/pages/{pageId}"),
        access: .user,
        "Remove a page",
        success: .noContent,
        errors: [
            .forbidden, .notFound, .invalidState, .preconditionFailed, .formInUse, .tooManyVersions, .quotaExceeded,
        ]
    )
    public let id: FormID
    public let pageId: FormPageID
    public typealias Reply = NoContent
}
