public import Contracts

/// Lists the societies that the caller may see: those of the own university, or all public ones without a token.
public struct ListSocieties: ServiceOperation {
    public static let contract = Contract(
        "societies.societies.list",
        .get("/societies"),
        access: .everyone,
        "List societies that are public or one's own"
    )
    public let page: PageRequest
    /// By name when it is missing.
    public let sort: Sort<SocietySort>?
    /// Searched for in names and descriptions.
    public let q: SearchText?
    public let status: SocietyStatus?
    /// Another university's public societies, or one university's for callers without a token.
    public let universityId: UniversityID?
    public typealias Reply = Page<Society>

    public init(
        page: PageRequest = PageRequest(),
        sort: Sort<SocietySort>? = nil,
        q: SearchText? = nil,
        status: SocietyStatus? = nil,
        universityId: UniversityID? = nil
    ) {
        self.page = page
        self.sort = sort
        self.q = q
        self.status = status
        self.universityId = universityId
    }
}

/// The fields by which a list of societies can be sorted.
public enum SocietySort: String, ChoiceValue {
    case name
    case createdAt
    case memberCount
}
