public import Contracts

/// Lists the patterns of the caller's university; platform administrators see every university's.
public struct ListIDPatterns: ServiceOperation {
    public static let contract = Contract(
        "id-parser.id-patterns.list",
        .get("/id-patterns"),
        access: .permission(.writeIDPatterns),
        "List patterns of student numbers"
    )
    public let page: PageRequest
    /// The highest priority first when it is missing.
    public let sort: Sort<IDPatternSort>?
    /// Searched for in names.
    public let q: SearchText?
    public let universityCode: Code?
    public let isActive: Bool?
    public typealias Reply = Page<IDPattern>

    public init(
        page: PageRequest = PageRequest(),
        sort: Sort<IDPatternSort>? = nil,
        q: SearchText? = nil,
        universityCode: Code? = nil,
        isActive: Bool? = nil
    ) {
        self.page = page
        self.sort = sort
        self.q = q
        self.universityCode = universityCode
        self.isActive = isActive
    }
}

/// The fields by which a list of patterns can be sorted.
public enum IDPatternSort: String, ChoiceValue {
    case name
    case priority
    case createdAt
}
