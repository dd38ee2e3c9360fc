public import Contracts
import HTTPTypes

/// Deletes a form; one with responses must be archived first, and they are deleted with it.
public struct DeleteForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.delete",
        .delete("/forms/{id}"),
        access: .user,
        "Delete a form",
        success: .noContent,
        errors: [.forbidden, .notFound, .invalidState, .formInUse, .preconditionFailed]
    )
    public let id: FormID
    public typealias Reply = NoContent
}
