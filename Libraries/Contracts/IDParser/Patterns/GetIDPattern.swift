public import Contracts

/// Reads one pattern.
public struct GetIDPattern: ServiceOperation {
    public static let contract = Contract(
        "id-parser.id-patterns.get",
        .get("/id-patterns/{id}"),
        access: .permission(.writeIDPatterns),
        "Read a pattern",
        errors: [.notFound]
    )
    public let id: IDPatternID
    public typealias Reply = IDPattern
}
