public import Contracts

/// One form: published ones for their university (for everybody if public), drafts for their owners.
public struct GetForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.get",
        .get("/forms/{id}"),
        access: .everyone,
        "Read a form",
        errors: [.notFound]
    )
    public let id: FormID
    public typealias Reply = FormReply
}
