public import Contracts
import HTTPTypes

/// Adds a program to a department.
public struct CreateProgram: ServiceOperation {
    public static let contract = Contract(
        "academic.programs.create",
        .post("/programs"),
        access: .permission(.writeAcademic),
        "Add a program to a department",
        success: .created,
        errors: [.forbidden, .notFound, .programNameTaken, .quotaExceeded]
    )
    /// Stays for ever.
    public let departmentId: DepartmentID
    public let name: Name
    public let degree: Degree
    /// In years.
    public let duration: ProgramDuration
    public typealias Reply = Created<Program>
}
