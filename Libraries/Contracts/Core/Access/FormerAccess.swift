// The operations that those of `access` replace, by which forms and societies of the release before call each other.
// The next release removes this file with all uses of its types: see "What does the next release remove?" in
// docs/operations.md.

/// `access.check` in the release before.
public struct FormerCheckAccess: ServiceOperation {
    public static let contract = Contract(
        "societies.officers.check",
        access: .services,
        callers: ["forms"],
        "Get a person's role in a society",
        errors: [.notFound]
    )
    public let societyId: EntityID
    public let userId: UserID?
    public typealias Reply = EntityStanding

    public init(_ present: CheckAccess) {
        societyId = present.entity.id
        userId = present.userId
    }

    public var present: CheckAccess { CheckAccess(entity: EntityReference(.society, societyId), userId: userId) }
}

/// `access.open` in the release before.
public struct FormerListOpenEntities: ServiceOperation {
    public static let contract = Contract(
        "societies.open.list",
        access: .services,
        callers: ["forms"],
        "List the open societies of a university"
    )
    public let universityId: UniversityID
    public typealias Reply = OpenEntities

    public init(_ present: ListOpenEntities) { universityId = present.universityId }

    public var present: ListOpenEntities { ListOpenEntities(type: .society, universityId: universityId) }
}

/// `access.memberships` in the release before.
public struct FormerListMemberships: ServiceOperation {
    public static let contract = Contract(
        "societies.memberships.list",
        access: .services,
        callers: ["forms"],
        "List the societies of a person"
    )
    public let userId: UserID
    public typealias Reply = FormerMemberships

    public init(_ present: ListMemberships) { userId = present.userId }

    public var present: ListMemberships { ListMemberships(type: .society, userId: userId) }
}

/// `EntityMemberships` in the release before.
public struct FormerMemberships: ContractObject, OperationReply, Equatable {
    public struct Item: ContractObject, Equatable {
        public let societyId: EntityID
        public let isOfficer: Bool
        public let status: EntityStatus
    }

    public let items: [Item]

    public init(_ present: EntityMemberships) {
        items = present.items.map { Item(societyId: $0.id, isOfficer: $0.isOfficer, status: $0.status) }
    }

    public var present: EntityMemberships {
        EntityMemberships(
            items: items.map { EntityMembership(id: $0.societyId, isOfficer: $0.isOfficer, status: $0.status) }
        )
    }
}
