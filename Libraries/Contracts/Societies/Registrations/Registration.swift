public import Contracts

/// A person's request to become a member, and what became of it.
public struct Registration: Versioned, Addressed, Equatable {
    public let id: RegistrationID
    public let societyId: SocietyID
    public let userId: UserID
    /// In lists the person's name, unless the accounts cannot be asked or the account is gone; else `nil`.
    public let name: String?
    public let status: RegistrationStatus
    public let formId: FormID
    /// The answers; the forms service deletes them once the registration is rejected or withdrawn.
    public let responseId: FormResponseID
    /// The reason for a rejection, in the officer's words.
    public let reason: Text<1, 1_000>?
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
        reason: Text<1, 1_000>?,
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

    public var etag: String { Self.etag(of: id, status) }
    /// The applicant's own address of it.
    public var path: String { "/societies/\(societyId)/registrations/mine" }

    /// The tag of a registration, which changes only with its status; a `nil` status means that it is being submitted.
    public static func etag(of id: RegistrationID, _ status: RegistrationStatus?) -> String {
        "\"\(id)-\(status?.rawValue ?? "submitting")\""
    }
}

/// The state of a registration.
public enum RegistrationStatus: String, ChoiceValue {
    case pending
    case approved
    case rejected
    /// By the applicant, before it was decided.
    case withdrawn
}
