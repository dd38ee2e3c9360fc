public import Contracts

/// Tells another service what a person is in a society, such as whether a form's owner still leads it.
public struct CheckOfficer: ServiceOperation {
    public static let contract = Contract(
        "societies.officers.check",
        access: .services,
        callers: ["forms"],
        "Tells what a person is in a society",
        errors: [.notFound]
    )
    public let societyId: SocietyID
    public let userId: UserID
    public typealias Reply = OfficerCheck

    public init(societyId: SocietyID, userId: UserID) {
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
    public let universityId: UniversityID

    public init(isOfficer: Bool, isMember: Bool, status: SocietyStatus, universityId: UniversityID) {
        self.isOfficer = isOfficer
        self.isMember = isMember
        self.status = status
        self.universityId = universityId
    }
}
