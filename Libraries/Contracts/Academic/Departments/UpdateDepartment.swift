public import Contracts

/// Changes some of a department's fields (RFC 7396).
public struct UpdateDepartment: ServiceOperation {
    public static let contract = Contract(
        "academic.departments.update",
        .patch("/departments/{id}"),
        access: .permission(.writeAcademic),
        "Change parts of a department",
        errors: [.forbidden, .notFound, .preconditionFailed, .departmentCodeTaken],
        isIdempotent: true
    )
    public let id: DepartmentID
    public let name: Change<Name>
    public let code: Change<Code>
    public typealias Reply = Department

    public init(id: DepartmentID, name: Change<Name> = .keep, code: Change<Code> = .keep) {
        self.id = id
        self.name = name
        self.code = code
    }
}
