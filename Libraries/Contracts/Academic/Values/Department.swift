public import Contracts

/// A department of a university.
public struct Department: VersionedByRevision, Addressed, Equatable {
    public let id: DepartmentID
    public let universityId: UniversityID
    public let name: Name
    /// Unique in its university, whatever its case.
    public let code: Code
    /// Rises by one with every change.
    public let revision: Int
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    public init(
        id: DepartmentID,
        universityId: UniversityID,
        name: Name,
        code: Code,
        revision: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.universityId = universityId
        self.name = name
        self.code = code
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var path: String { "/departments/\(id)" }
}
