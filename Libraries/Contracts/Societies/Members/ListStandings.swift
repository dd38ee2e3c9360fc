public import Contracts

/// Tells another service which societies of a university are active and public, so that anyone there may see them.
public struct ListOpenSocieties: ServiceOperation {
    public static let contract = Contract(
        "societies.open.list",
        access: .services,
        callers: ["forms"],
        "List the open societies of a university",
        isIdempotent: true
    )
    public let universityId: UniversityID
    public typealias Reply = OpenSocieties

    public init(universityId: UniversityID) { self.universityId = universityId }
}

/// The active, public societies of a university.
public struct OpenSocieties: ContractObject, OperationReply, Equatable {
    /// As many as a university may have, newest first.
    public let ids: BoundedList<SocietyID, 0, 5_000>

    public init(ids: BoundedList<SocietyID, 0, 5_000>) { self.ids = ids }
}

/// Tells another service which societies a person belongs to.
public struct ListMemberships: ServiceOperation {
    public static let contract = Contract(
        "societies.memberships.list",
        access: .services,
        callers: ["forms"],
        "List the societies of a person",
        isIdempotent: true
    )
    public let userId: UserID
    public typealias Reply = Memberships

    public init(userId: UserID) { self.userId = userId }
}

/// The societies that a person belongs to.
public struct Memberships: ContractObject, OperationReply, Equatable {
    /// At most 1,000, newest first.
    public let items: [SocietyMembership]

    public init(items: [SocietyMembership]) { self.items = items }
}

/// A person's membership of one society.
public struct SocietyMembership: ContractObject, Equatable {
    public let societyId: SocietyID
    public let isOfficer: Bool
    /// The society's status.
    public let status: SocietyStatus

    public init(societyId: SocietyID, isOfficer: Bool, status: SocietyStatus) {
        self.societyId = societyId
        self.isOfficer = isOfficer
        self.status = status
    }
}
