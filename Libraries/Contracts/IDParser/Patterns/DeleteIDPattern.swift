public import Contracts
import HTTPTypes

/// Removes a pattern.
public struct DeleteIDPattern: ServiceOperation {
    public static let contract = Contract(
        "id-parser.id-patterns.delete",
        .delete("/id-patterns/{id}"),
        access: .permission(.writeIDPatterns),
        "Delete a pattern",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed]
    )
    public let id: IDPatternID
    public typealias Reply = NoContent
}
