public import Contracts

/// Lists who belongs to a society; for its members and moderators.
public struct ListMembers: ServiceOperation {
    public static let contract = Contract(
        "societies.members.list",
        .get("/societies/{id}/members"),
        access: .user,
        "List a society's members",
        errors: [.forbidden, .notFound]
    )
    public let id: SocietyID
    public let page: PageRequest
    /// By the day they joined when it is missing.
    public let sort: Sort<MemberSort>?
    public let role: MemberRole?
    public typealias Reply = Page<Member>

    public init(
        id: SocietyID,
        page: PageRequest = PageRequest(),
        sort: Sort<MemberSort>? = nil,
        role: MemberRole? = nil
    ) {
        self.id = id
        self.page = page
        self.sort = sort
        self.role = role
    }
}

/// The fields by which a list of members can be sorted.
public enum MemberSort: String, ChoiceValue {
    case joinedAt
}
