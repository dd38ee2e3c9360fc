public import Contracts

/// A program of study that a department offers.
public struct Program: VersionedByRevision, Addressed, Equatable {
    public let id: ProgramID
    public let departmentId: DepartmentID
    /// The department's university.
    public let universityId: UniversityID
    /// Unique among the department's programs of this degree, whatever its case.
    public let name: Name
    public let degree: Degree
    public let duration: ProgramDuration
    /// Rises by one with every change.
    public let revision: Int
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    public init(
        id: ProgramID,
        departmentId: DepartmentID,
        universityId: UniversityID,
        name: Name,
        degree: Degree,
        duration: ProgramDuration,
        revision: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.departmentId = departmentId
        self.universityId = universityId
        self.name = name
        self.degree = degree
        self.duration = duration
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var path: String { "/programs/\(id)" }
}

/// The degree that a program leads to.
public enum Degree: String, ChoiceValue {
    case bachelor = "Bachelor"
    case master = "Master"
    case phd = "PhD"
}

/// The years that a program takes.
public typealias ProgramDuration = Whole<1, 20>
