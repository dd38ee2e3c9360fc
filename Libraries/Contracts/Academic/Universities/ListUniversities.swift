public import Contracts

/// Lists universities.
public struct ListUniversities: ServiceOperation {
    public static let contract = Contract(
        "academic.universities.list",
        .get("/universities"),
        access: .everyone,
        "List universities"
    )
    public let page: PageRequest
    /// By name when it is missing.
    public let sort: Sort<UniversitySort>?
    /// Searched for in names and codes.
    public let q: SearchText?
    public typealias Reply = Page<University>

    public init(page: PageRequest = PageRequest(), sort: Sort<UniversitySort>? = nil, q: SearchText? = nil) {
        self.page = page
        self.sort = sort
        self.q = q
    }
}

/// The fields by which a list of universities can be sorted.
public enum UniversitySort: String, ChoiceValue {
    case name
    case code
    case createdAt
}
