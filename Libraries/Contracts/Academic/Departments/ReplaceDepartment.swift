public import Contracts

/// Writes a department anew; what is missing becomes empty.
public struct ReplaceDepartment: ServiceOperation {
    public static let contract = Contract(
        "academic.departments.replace",
        .put("/departments/{id}"),
        access: .permission(.writeAcademic),
        "Replace a department",
        errors: [.forbidden, .notFound, .preconditionFailed, .departmentCodeTaken]
    )
    public let id: DepartmentID
    public let name: Name
    /// Unique in the university, whatever its case.
    public let code: Code
    public typealias Reply = Department
}
