public import Contracts

/// Changes some of a pattern's fields; the result is checked as a new pattern is.
public struct UpdateIDPattern: ServiceOperation {
    public static let contract = Contract(
        "id-parser.id-patterns.update",
        .patch("/id-patterns/{id}"),
        access: .permission(.writeIDPatterns),
        "Change parts of a pattern",
        errors: [.forbidden, .notFound, .preconditionFailed, .idPatternNameTaken],
        isIdempotent: true
    )
    public let id: IDPatternID
    public let name: Change<Name>
    public let pattern: Change<PatternSource>
    public let checksum: Change<Checksum>
    public let checksumParameters: Patch<ChecksumParameters>
    /// The whole of them.
    public let fields: Patch<[String: IDField]>
    /// The whole of them.
    public let examples: Patch<IDExamples>
    public let priority: Change<Priority>
    public let isActive: Change<Bool>
    public typealias Reply = IDPattern

    public init(
        id: IDPatternID,
        name: Change<Name> = .keep,
        pattern: Change<PatternSource> = .keep,
        checksum: Change<Checksum> = .keep,
        checksumParameters: Patch<ChecksumParameters> = .keep,
        fields: Patch<[String: IDField]> = .keep,
        examples: Patch<IDExamples> = .keep,
        priority: Change<Priority> = .keep,
        isActive: Change<Bool> = .keep
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
