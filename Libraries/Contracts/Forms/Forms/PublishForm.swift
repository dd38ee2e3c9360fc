public import Contracts

/// Opens a draft for answers, after every fault that would trap a respondent is out of it.
public struct PublishForm: ServiceOperation {
    public static let contract = Contract(
        "forms.forms.publish",
        .post("/forms/{id}/publish"),
        access: .user,
        "Publish a form",
        errors: [.forbidden, .notFound, .invalidState, .preconditionFailed, .quotaExceeded]
    )
    public let id: FormID
    public typealias Reply = FormReply
}
