public import Contracts

/// Reads one department.
public struct GetDepartment: ServiceOperation {
    public static let contract = Contract(
        "academic.departments.get",
        .get("/departments/{id}"),
        access: .everyone,
        "Read a department",
        errors: [.notFound]
    )
    public let id: DepartmentID
    public typealias Reply = Department
}
