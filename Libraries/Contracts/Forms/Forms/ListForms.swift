public import Contracts

/// The forms that the caller may see, the newest first.
public struct ListForms: ServiceOperation {
    public static let contract = Contract("forms.forms.list", .get("/forms"), access: .user, "List forms")
    public let page: PageRequest
    public let sort: Sort<FormSort>?
    /// Words of the title.
    public let q: SearchText?
    public let status: FormStatus?
    public let entityType: FormEntityType?
    public let entityId: FormEntityID?
    public typealias Reply = Page<FormSummary>

    public init(
        page: PageRequest = PageRequest(),
        sort: Sort<FormSort>? = nil,
        q: SearchText? = nil,
        status: FormStatus? = nil,
        entityType: FormEntityType? = nil,
        entityId: FormEntityID? = nil
    ) {
        self.page = page
        self.sort = sort
        self.q = q
        self.status = status
        self.entityType = entityType
        self.entityId = entityId
    }
}

public enum FormSort: String, ChoiceValue { case createdAt, updatedAt, title }
