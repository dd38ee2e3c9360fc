public import Contracts

/// Tells another service a society's status and a person's role in it.
public struct CheckOfficer: ServiceOperation {
    public static let contract = Contract(
        "societies.officers.check",
        access: .services,
        callers: ["forms"],
        "Get a person's role in a society",
        errors: [.notFound],
        isIdempotent: true
    )
    public let societyId: SocietyID
    /// The person; `nil` to ask about the society alone.
    public let userId: UserID?
    public typealias Reply = OfficerCheck

    public init(societyId: SocietyID, userId: UserID?) {
        self.societyId = societyId
        self.userId = userId
    }
}

/// What a person is in a society at this moment.
public struct OfficerCheck: ContractObject, OperationReply, Equatable {
    public let isOfficer: Bool
    public let isMember: Bool
    /// The society's, whoever asks: an archived one keeps its officers.
    public let status: SocietyStatus
    public let visibility: SocietyVisibility
    public let universityId: UniversityID

    public init(
        isOfficer: Bool,
        isMember: Bool,
        status: SocietyStatus,
        visibility: SocietyVisibility,
        universityId: UniversityID
    ) {
        self.isOfficer = isOfficer
        self.isMember = isMember
        self.status = status
        self.visibility = visibility
        self.universityId = universityId
    }
}
