public import Contracts

/// A form's responses, for its owners; the newest first.
public struct ListResponses: ServiceOperation {
    public static let contract = Contract(
        "forms.responses.list",
        .get("/forms/{id}/responses"),
        access: .user,
        "List a form's responses",
        errors: [.forbidden, .notFound]
    )
    public let id: FormID
    public let page: PageRequest
    public let sort: Sort<ResponseSort>?
    public typealias Reply = Page<FormResponse>

    public init(id: FormID, page: PageRequest = PageRequest(), sort: Sort<ResponseSort>? = nil) {
        self.id = id
        self.page = page
        self.sort = sort
    }
}

public enum ResponseSort: String, ChoiceValue { case submittedAt }
