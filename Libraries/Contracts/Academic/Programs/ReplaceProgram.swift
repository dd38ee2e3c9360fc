public import Contracts

/// Writes a program anew; what is missing becomes empty.
public struct ReplaceProgram: ServiceOperation {
    public static let contract = Contract(
        "academic.programs.replace",
        .put("/programs/{id}"),
        access: .permission(.writeAcademic),
        "Replace a program",
        errors: [.forbidden, .notFound, .preconditionFailed, .programNameTaken]
    )
    public let id: ProgramID
    public let name: Name
    public let degree: Degree
    /// In years.
    public let duration: ProgramDuration
    public typealias Reply = Program
}
