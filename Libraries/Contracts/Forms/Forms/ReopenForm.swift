public import Contracts

/// Takes answers to a closed form again.
public struct ReopenForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.reopen",
        .post("/forms/{id}/reopen"),
        access: .user,
        "Reopen a closed form",
        errors: [.forbidden, .notFound, .invalidState, .preconditionFailed]
    )
    public let id: FormID
    public typealias Reply = FormReply
}
