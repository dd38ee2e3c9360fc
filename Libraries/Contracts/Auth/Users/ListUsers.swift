public import Contracts

/// Lists the accounts of the caller's university.
public struct ListUsers: ServiceOperation {
    public enum SortField: String, ChoiceValue { case createdAt, name, email }

    public static let contract = Contract(
        "auth.users.list",
        .get("/users"),
        access: .permission(.readUsers),
        "List accounts"
    )
    public let page: PageRequest
    /// Found in names and addresses.
    public let q: SearchText?
    /// By default the newest first.
    public let sort: Sort<SortField>?
    public typealias Reply = Page<User>

    public init(page: PageRequest = PageRequest(), q: SearchText? = nil, sort: Sort<SortField>? = nil) {
        self.page = page
        self.q = q
        self.sort = sort
    }
}
