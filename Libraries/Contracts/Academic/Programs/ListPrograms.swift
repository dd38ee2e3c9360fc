public import Contracts

/// Lists programs, of one department, of one university or of all.
public struct ListPrograms: ServiceOperation {
    public static let contract = Contract(
        "academic.programs.list",
        .get("/programs"),
        access: .everyone,
        "List programs"
    )
    public let page: PageRequest
    /// By name when it is missing.
    public let sort: Sort<ProgramSort>?
    /// Searched for in names.
    public let q: SearchText?
    public let universityId: UniversityID?
    public let departmentId: DepartmentID?
    public let degree: Degree?
    public typealias Reply = Page<Program>

    public init(
        page: PageRequest = PageRequest(),
        sort: Sort<ProgramSort>? = nil,
        q: SearchText? = nil,
        universityId: UniversityID? = nil,
        departmentId: DepartmentID? = nil,
        degree: Degree? = nil
    ) {
        self.page = page
        self.sort = sort
        self.q = q
        self.universityId = universityId
        self.departmentId = departmentId
        self.degree = degree
    }
}

/// The fields by which a list of programs can be sorted.
public enum ProgramSort: String, ChoiceValue {
    case name
    case duration
    case createdAt
}
