/// Asks an entity's owner for the entity's status and a user's standing.
public struct CheckAccess: ReservedOperation {
    public static let contract = Contract(
        "access.check",
        access: .services,
        callers: ["forms"],
        "Check a user's standing at an entity",
        errors: [.notFound]
    )
    public let entity: EntityReference
    /// The user; `nil` to ask about the entity alone.
    public let userId: UserID?
    public typealias Reply = EntityStanding

    public init(entity: EntityReference, userId: UserID?) {
        self.entity = entity
        self.userId = userId
    }
}

/// The present status of an entity and a user's standing at it, by which holders of its things decide.
public struct EntityStanding: ContractObject, OperationReply, Equatable {
    /// The university that the entity belongs to.
    public let universityId: UniversityID
    public let status: EntityStatus
    public let visibility: EntityVisibility
    /// `true` if the user belongs to the entity, whatever its status.
    public let isMember: Bool
    /// `true` if the user leads the entity, whatever its status.
    public let isOfficer: Bool

    public init(
        universityId: UniversityID,
        status: EntityStatus,
        visibility: EntityVisibility,
        isMember: Bool,
        isOfficer: Bool
    ) {
        self.universityId = universityId
        self.status = status
        self.visibility = visibility
        self.isMember = isMember
        self.isOfficer = isOfficer
    }
}

/// The status of an entity as other services know it.
public enum EntityStatus: String, ChoiceValue {
    /// It awaits approval.
    case pending
    case active
    /// It was stopped, and may go on later.
    case suspended
    /// It has ended; its records stay.
    case archived
}

/// The people who see an active entity.
public enum EntityVisibility: String, ChoiceValue {
    case `public`
    case members
}
