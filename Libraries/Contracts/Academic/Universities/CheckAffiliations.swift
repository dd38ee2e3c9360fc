public import Contracts

/// Tells which of a person's affiliations do not belong together, for other services.
public struct CheckAffiliations: ServiceOperation {
    public static let contract = Contract(
        "academic.affiliations.check",
        access: .services,
        callers: ["auth"],
        "Find affiliations that do not belong together"
    )
    public let universityId: UniversityID
    public let departmentId: DepartmentID?
    public let programId: ProgramID?
    public typealias Reply = AffiliationFaults

    public init(universityId: UniversityID, departmentId: DepartmentID? = nil, programId: ProgramID? = nil) {
        self.universityId = universityId
        self.departmentId = departmentId
        self.programId = programId
    }
}

/// Which of the fields asked for are wrong.
public struct AffiliationFaults: ContractObject, OperationReply, Equatable {
    /// `universityId` when there is none; `departmentId` when it is not one of the university's; `programId` when it is
    /// not one of the department's, or of the university's where no department is named.
    public let fields: [AffiliationField]

    public init(fields: [AffiliationField]) { self.fields = fields }
}

public enum AffiliationField: String, ChoiceValue {
    case universityId
    case departmentId
    case programId
}
