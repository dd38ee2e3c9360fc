public import Contracts

/// A person's request to become a member, and what became of it.
public struct Registration: ContractObject, ReplyWithHeaders, Equatable {
    public let id: RegistrationID
    public let societyId: SocietyID
    public let userId: UserID
    /// The person's name; `nil` while the accounts cannot be asked, or once the account is gone.
    public let name: String?
    public let status: RegistrationStatus
    public let formId: FormID
    public let responseId: FormResponseID
    /// Why it was rejected, in the officer's words.
    public let reason: String?
    public let decidedBy: UserID?
    public let decidedAt: Timestamp?
    public let createdAt: Timestamp

    public init(
        id: RegistrationID,
        societyId: SocietyID,
        userId: UserID,
        name: String?,
        status: RegistrationStatus,
        formId: FormID,
        responseId: FormResponseID,
        reason: String?,
        decidedBy: UserID?,
        decidedAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.societyId = societyId
        self.userId = userId
        self.name = name
        self.status = status
        self.formId = formId
        self.responseId = responseId
        self.reason = reason
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.createdAt = createdAt
    }

    /// The applicant's own address of it: that is who creates one.
    public var headers: [(String, String)] {
        [("location", Route.path(of: "/societies/\(societyId)/registrations/mine"))]
    }
}

/// What became of a registration.
public enum RegistrationStatus: String, ChoiceValue {
    case pending
    case approved
    case rejected
    /// By the applicant, before it was decided.
    case withdrawn
}
