public import Contracts

/// Ends a published form's taking of answers.
public struct CloseForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.close",
        .post("/forms/{id}/close"),
        access: .user,
        "Close a form",
        errors: [.forbidden, .notFound, .invalidState, .preconditionFailed]
    )
    public let id: FormID
    public typealias Reply = FormReply
}
