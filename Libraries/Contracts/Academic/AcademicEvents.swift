public import Contracts

/// A university was made, or what is known of it has changed.
public struct UniversityChanged: ServiceEvent, Equatable {
    public static let type = "university.changed"
    public static let producer = "academic"
    public let university: UniversityReference

    public init(university: UniversityReference) { self.university = university }

    public var aggregate: String { university.id.description }
}

/// A university is gone; what others hold for it can go too.
public struct UniversityDeleted: ServiceEvent, Equatable {
    public static let type = "university.deleted"
    public static let producer = "academic"
    public let universityId: UniversityID

    public init(universityId: UniversityID) { self.universityId = universityId }

    public var aggregate: String { universityId.description }
}
