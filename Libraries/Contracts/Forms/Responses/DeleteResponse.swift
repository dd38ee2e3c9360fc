public import Contracts
import HTTPTypes

/// Deletes a response and frees its place: for the form's owners, and for its sender where the form allows edits.
public struct DeleteResponse: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.delete",
        .delete("/forms/{id}/responses/{responseId}"),
        access: .user,
        "Delete a response",
        success: .noContent,
        errors: [.forbidden, .notFound, .invalidState, .preconditionFailed]
    )
    public let id: FormID
    public let responseId: FormResponseID
    public typealias Reply = NoContent
}
