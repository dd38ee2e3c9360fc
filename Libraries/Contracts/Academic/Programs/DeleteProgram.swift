public import Contracts
import HTTPTypes

/// Removes a program.
public struct DeleteProgram: ServiceOperation {
    public static let contract = Contract(
        "academic.programs.delete",
        .delete("/programs/{id}"),
        access: .permission(.writeAcademic),
        "Delete a program",
        success: .noContent,
        errors: [.forbidden, .notFound, .preconditionFailed]
    )
    public let id: ProgramID
    public typealias Reply = NoContent
}
