/// Asks a type's owner for a university's active, public entities, which everybody there may see.
public struct ListOpenEntities: ReservedOperation {
    public static let contract = Contract(
        "access.open",
        access: .services,
        callers: ["forms"],
        "List the open entities of a university"
    )
    public let type: EntityType
    public let universityId: UniversityID
    public typealias Reply = OpenEntities

    public init(type: EntityType, universityId: UniversityID) {
        self.type = type
        self.universityId = universityId
    }
}

/// The active, public entities of a university.
public struct OpenEntities: ContractObject, OperationReply, Equatable {
    /// As many as a university may have, newest first.
    public let ids: BoundedList<EntityID, 0, 5_000>

    public init(ids: BoundedList<EntityID, 0, 5_000>) { self.ids = ids }
}

/// Asks a type's owner for the entities that a user belongs to.
public struct ListMemberships: ReservedOperation {
    public static let contract = Contract(
        "access.memberships",
        access: .services,
        callers: ["forms"],
        "List the entities that a user belongs to"
    )
    public let type: EntityType
    public let userId: UserID
    public typealias Reply = EntityMemberships

    public init(type: EntityType, userId: UserID) {
        self.type = type
        self.userId = userId
    }
}

/// The entities that a user belongs to.
public struct EntityMemberships: ContractObject, OperationReply, Equatable {
    /// At most 1,000, newest first.
    public let items: [EntityMembership]

    public init(items: [EntityMembership]) { self.items = items }
}

/// A user's membership of one entity.
public struct EntityMembership: ContractObject, Equatable {
    public let id: EntityID
    public let isOfficer: Bool
    /// The entity's status.
    public let status: EntityStatus

    public init(id: EntityID, isOfficer: Bool, status: EntityStatus) {
        self.id = id
        self.isOfficer = isOfficer
        self.status = status
    }
}
