public import Contracts

/// Reads one response; for the form's owners and its sender.
public struct GetResponse: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.get",
        .get("/forms/{id}/responses/{responseId}"),
        access: .user,
        "Read a response",
        errors: [.notFound]
    )
    public let id: FormID
    public let responseId: FormResponseID
    public typealias Reply = FormResponse
}
