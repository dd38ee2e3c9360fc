public import Contracts

/// A person asked for membership and waits for a decision.
public struct RegistrationSubmitted: ServiceEvent, Equatable {
    public static let type = "society.registration.submitted"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let registrationId: RegistrationID
    public let userId: UserID
    /// Who could decide when it was submitted, so that consumers can tell them without asking back.
    public let officerIds: [UserID]
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        registrationId: RegistrationID,
        userId: UserID,
        officerIds: [UserID]
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.registrationId = registrationId
        self.userId = userId
        self.officerIds = officerIds
    }
}

/// An applicant was accepted and is a member.
public struct RegistrationApproved: ServiceEvent, Equatable {
    public static let type = "society.registration.approved"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let registrationId: RegistrationID
    public let userId: UserID
    /// The officer; `nil` where the society accepts everyone.
    public let decidedBy: UserID?
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        registrationId: RegistrationID,
        userId: UserID,
        decidedBy: UserID?
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.registrationId = registrationId
        self.userId = userId
        self.decidedBy = decidedBy
    }
}

/// An applicant was declined.
public struct RegistrationRejected: ServiceEvent, Equatable {
    public static let type = "society.registration.rejected"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let registrationId: RegistrationID
    public let userId: UserID
    public let decidedBy: UserID
    /// For the applicant, where the officer gave one.
    public let reason: Text<1, 1_000>?
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        registrationId: RegistrationID,
        userId: UserID,
        decidedBy: UserID,
        reason: Text<1, 1_000>?
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.registrationId = registrationId
        self.userId = userId
        self.decidedBy = decidedBy
        self.reason = reason
    }
}
