public import Contracts

/// Writes a pattern anew; what is missing becomes what a new pattern has.
public struct ReplaceIDPattern: ServiceOperation {
    public static let contract = Contract(
        "id-parser.id-patterns.replace",
        .put("/id-patterns/{id}"),
        access: .permission(.writeIDPatterns),
        "Replace a pattern",
        errors: [.forbidden, .notFound, .preconditionFailed, .idPatternNameTaken]
    )
    public let id: IDPatternID
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
    public typealias Reply = IDPattern

    public init(
        id: IDPatternID,
        name: Name,
        pattern: PatternSource,
        checksum: Checksum? = nil,
        checksumParameters: ChecksumParameters? = nil,
        fields: [String: IDField]? = nil,
        examples: IDExamples? = nil,
        priority: Priority? = nil,
        isActive: Bool? = nil
    ) {
        self.id = id
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
