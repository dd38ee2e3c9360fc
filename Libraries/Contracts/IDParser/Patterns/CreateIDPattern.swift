public import Contracts
import HTTPTypes

/// Adds a pattern to a university.
///
/// It is refused when it cannot be compiled, is too large, or fails its own examples.
public struct CreateIDPattern: ServiceOperation {
    public static let contract = Contract(
        "id-parser.id-patterns.create",
        .post("/id-patterns"),
        access: .permission(.writeIDPatterns),
        "Add a pattern of student numbers",
        success: .created,
        errors: [.forbidden, .notFound, .idPatternNameTaken, .tooManyIDPatterns]
    )
    /// Stays for ever.
    public let universityCode: Code
    public let name: Name
    public let pattern: PatternSource
    /// `none` when it is missing.
    public let checksum: Checksum?
    /// For `weighted` only, and there required.
    public let checksumParameters: ChecksumParameters?
    /// By named group of the pattern.
    public let fields: [String: IDField]?
    public let examples: IDExamples?
    /// 0 when it is missing.
    public let priority: Priority?
    /// `true` when it is missing.
    public let isActive: Bool?
    public typealias Reply = Created<IDPattern>

    public init(
        universityCode: Code,
        name: Name,
        pattern: PatternSource,
        checksum: Checksum? = nil,
        checksumParameters: ChecksumParameters? = nil,
        fields: [String: IDField]? = nil,
        examples: IDExamples? = nil,
        priority: Priority? = nil,
        isActive: Bool? = nil
    ) {
        self.universityCode = universityCode
        self.name = name
        self.pattern = pattern
        self.checksum = checksum
        self.checksumParameters = checksumParameters
        self.fields = fields
        self.examples = examples
        self.priority = priority
        self.isActive = isActive
    }
}
