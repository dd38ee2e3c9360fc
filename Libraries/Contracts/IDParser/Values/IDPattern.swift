public import Contracts

/// The pattern of one kind of a university's student numbers.
public struct IDPattern: VersionedByRevision, Addressed, Equatable {
    public let id: IDPatternID
    public let universityId: UniversityID
    public let universityCode: Code
    /// Unique among the university's patterns, whatever its case.
    public let name: Name
    public let pattern: PatternSource
    public let checksum: Checksum
    /// For `weighted` only.
    public let checksumParameters: ChecksumParameters?
    /// At most 50.
    public let fields: [String: IDField]
    public let examples: IDExamples
    public let priority: Priority
    public let isActive: Bool
    /// Rises by one with every change.
    public let revision: Int
    public let createdAt: Timestamp
    public let updatedAt: Timestamp

    public init(
        id: IDPatternID,
        universityId: UniversityID,
        universityCode: Code,
        name: Name,
        pattern: PatternSource,
        checksum: Checksum,
        checksumParameters: ChecksumParameters?,
        fields: [String: IDField],
        examples: IDExamples,
        priority: Priority,
        isActive: Bool,
        revision: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.universityId = universityId
        self.universityCode = universityCode
        self.name = name
        self.pattern = pattern
        self.checksum = checksum
        self.checksumParameters = checksumParameters
        self.fields = fields
        self.examples = examples
        self.priority = priority
        self.isActive = isActive
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    public var path: String { "/id-patterns/\(id)" }
}

extension Entity {
    public enum IDPattern {}
}

public typealias IDPatternID = Identifier<Entity.IDPattern>

/// A regular expression in RE2's syntax for the whole of a student number, in any case.
///
/// Groups with the names `department`, `year`, `level`, `sequence` and `checkDigit` become fields, others too;
/// `payload` is what the check digit is computed over.
public typealias PatternSource = Text<1, 1_000>

/// Which of a university's patterns is preferred: the higher.
public typealias Priority = Whole<0, 1_000>

/// The meaning of a named group of the pattern.
public struct IDField: ContractObject, Equatable {
    /// For a person.
    public let description: Title<0, 200>?
    /// For years of two digits: those up to this one are in the 2000s, later ones in the 1900s.
    public let pivot: Whole<0, 99>?
    /// What the group's texts stand for, such as a department's code for its number; others stand for themselves.
    ///
    /// At most 1,000, with names of at most 64 characters.
    public let values: [String: Title<1, 64>]?

    public init(description: Title<0, 200>? = nil, pivot: Whole<0, 99>? = nil, values: [String: Title<1, 64>]? = nil) {
        self.description = description
        self.pivot = pivot
        self.values = values
    }
}

/// Numbers that a pattern must take and that it must not take; a pattern that fails them is refused.
public struct IDExamples: ContractObject, Equatable {
    public typealias Numbers = BoundedList<WrittenStudentID, 0, 100>
    public let accept: Numbers?
    public let reject: Numbers?

    public init(accept: Numbers? = nil, reject: Numbers? = nil) {
        self.accept = accept
        self.reject = reject
    }
}

/// A student number as somebody wrote it; at most 64 characters are left once it is normalised.
public typealias WrittenStudentID = Text<1, 200>
