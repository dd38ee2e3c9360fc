public import Contracts

/// Lists departments, of one university or of all.
public struct ListDepartments: ServiceOperation {
    public static let contract = Contract(
        "academic.departments.list",
        .get("/departments"),
        access: .everyone,
        "List departments"
    )
    public let page: PageRequest
    /// By name when it is missing.
    public let sort: Sort<DepartmentSort>?
    /// Searched for in names and codes.
    public let q: SearchText?
    public let universityId: UniversityID?
    public typealias Reply = Page<Department>

    public init(
        page: PageRequest = PageRequest(),
        sort: Sort<DepartmentSort>? = nil,
        q: SearchText? = nil,
        universityId: UniversityID? = nil
    ) {
        self.page = page
        self.sort = sort
        self.q = q
        self.universityId = universityId
    }
}

/// The fields by which a list of departments can be sorted.
public enum DepartmentSort: String, ChoiceValue {
    case name
    case code
    case createdAt
}
