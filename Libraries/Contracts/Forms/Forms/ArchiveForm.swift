public import Contracts

/// Puts a form away for good: only its owners see it and its responses.
public struct ArchiveForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.archive",
        .post("/forms/{id}/archive"),
        access: .user,
        "Archive a form",
        errors: [.forbidden, .notFound, .invalidState, .formInUse, .preconditionFailed]
    )
    public let id: FormID
    public typealias Reply = FormReply
}
