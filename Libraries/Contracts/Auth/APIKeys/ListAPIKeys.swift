public import Contracts

/// Lists the caller's keys.
public struct ListAPIKeys: ServiceOperation {
    public enum SortField: String, ChoiceValue { case createdAt, name }

    public static let contract = Contract(
        "auth.api-keys.list",
        .get("/api-keys"),
        access: .user,
        "List the caller's API keys"
    )
    public let page: PageRequest
    /// Newest first by default.
    public let sort: Sort<SortField>?
    public typealias Reply = Page<APIKey>

    public init(page: PageRequest = PageRequest(), sort: Sort<SortField>? = nil) {
        self.page = page
        self.sort = sort
    }
}
