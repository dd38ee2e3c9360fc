public import Contracts
import HTTPTypes

/// Removes a department that has no programs.
public struct DeleteDepartment: ServiceOperation {
    public static let contract = Contract(
        "academic.departments.delete",
        .delete("/departments/{id}"),
        access: .permission(.writeAcademic),
        "Delete a department",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed, .departmentInUse]
    )
    public let id: DepartmentID
    public typealias Reply = NoContent
}
