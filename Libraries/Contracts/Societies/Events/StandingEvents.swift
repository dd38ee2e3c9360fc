public import Contracts

/// An event that changes what a user may do with a society's resources.
public protocol SocietyStandingEvent: AccessEvent {
    var societyId: SocietyID { get }
}

extension SocietyStandingEvent {
    public var entity: EntityReference { EntityReference(.society, societyId.cast()) }
    public static var producer: String { "societies" }
    public var aggregate: String { societyId.description }
}

/// A moderator's decision about a society.
public protocol SocietyModerationEvent: ServiceEvent {
    init(societyId: SocietyID, societyName: Name, universityId: UniversityID, decidedBy: UserID)
}

/// A moderator suspended a society.
public struct SocietySuspended: SocietyStandingEvent, SocietyModerationEvent, Equatable {
    public static let type = "society.suspended"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let decidedBy: UserID

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, decidedBy: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.decidedBy = decidedBy
    }
}

/// A moderator archived a society, whose records stay.
public struct SocietyArchived: SocietyStandingEvent, SocietyModerationEvent, Equatable {
    public static let type = "society.archived"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let decidedBy: UserID

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, decidedBy: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.decidedBy = decidedBy
    }
}

/// A moderator restored a suspended society.
public struct SocietyRestored: SocietyStandingEvent, SocietyModerationEvent, Equatable {
    public static let type = "society.restored"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let decidedBy: UserID

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, decidedBy: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.decidedBy = decidedBy
    }
}

/// A society was deleted.
public struct SocietyDeleted: SocietyStandingEvent, Equatable {
    public static let type = "society.deleted"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let deletedBy: UserID

    public init(societyId: SocietyID, societyName: Name, universityId: UniversityID, deletedBy: UserID) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.deletedBy = deletedBy
    }
}

/// A member's role changed; a transfer of the presidency emits two of these events.
public struct MemberRoleChanged: SocietyStandingEvent, Equatable {
    public static let type = "society.member.role-changed"
    public let societyId: SocietyID
    public let societyName: Name
    public let universityId: UniversityID
    public let userId: UserID
    public let role: MemberRole
    public let changedBy: UserID
    public var member: UserID? { userId }

    public init(
        societyId: SocietyID,
        societyName: Name,
        universityId: UniversityID,
        userId: UserID,
        role: MemberRole,
        changedBy: UserID
    ) {
        self.societyId = societyId
        self.societyName = societyName
        self.universityId = universityId
        self.userId = userId
        self.role = role
        self.changedBy = changedBy
    }
}

/// A society chose its registration form.
public struct RegistrationFormChosen: SocietyStandingEvent, Equatable {
    public static let type = "society.registration-form.chosen"
    public let societyId: SocietyID
    public let universityId: UniversityID
    public let formId: FormID

    public init(societyId: SocietyID, universityId: UniversityID, formId: FormID) {
        self.societyId = societyId
        self.universityId = universityId
        self.formId = formId
    }
}

extension SocietyApproved: SocietyStandingEvent {}

extension MemberJoined: SocietyStandingEvent {
    public var member: UserID? { userId }
}

extension MemberLeft: SocietyStandingEvent {
    public var member: UserID? { userId }
}
