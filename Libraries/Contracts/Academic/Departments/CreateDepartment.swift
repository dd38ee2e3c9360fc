public import Contracts
import HTTPTypes

/// Adds a department to a university.
public struct CreateDepartment: ServiceOperation {
    public static let contract = Contract(
        "academic.departments.create",
        .post("/departments"),
        access: .permission(.writeAcademic),
        "Add a department to a university",
        success: .created,
        errors: [.forbidden, .notFound, .departmentCodeTaken, .quotaExceeded]
    )
    /// Stays for ever.
    public let universityId: UniversityID
    public let name: Name
    /// Unique in the university, whatever its case.
    public let code: Code
    public typealias Reply = Created<Department>
}
