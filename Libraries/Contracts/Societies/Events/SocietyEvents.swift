public import Contracts

/// A society was founded and waits for a moderator.
public struct SocietyCreated: ServiceEvent, Equatable {
    public static let type = "society.created"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    /// The founder, who is the first president.
    public let createdBy: UserID
    public var aggregate: String { societyId.description }

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, createdBy: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.createdBy = createdBy
    }
}

/// A moderator approved a society.
public struct SocietyApproved: SocietyModerationEvent, Equatable {
    public static let type = "society.approved"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let decidedBy: UserID
    public var aggregate: String { societyId.description }

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, decidedBy: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.decidedBy = decidedBy
    }
}

/// A person became a member.
public struct MemberJoined: ServiceEvent, Equatable {
    public static let type = "society.member.joined"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let userId: UserID
    public var aggregate: String { societyId.description }

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, userId: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.userId = userId
    }
}

/// A person is no longer a member.
public struct MemberLeft: ServiceEvent, Equatable {
    public static let type = "society.member.left"
    public static let producer = "societies"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let userId: UserID
    /// Who ended the membership: the person, or an officer.
    public let removedBy: UserID
    public var aggregate: String { societyId.description }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        userId: UserID,
        removedBy: UserID
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.userId = userId
        self.removedBy = removedBy
    }
}
