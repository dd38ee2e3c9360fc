public import Contracts

/// Reads one program.
public struct GetProgram: ServiceOperation {
    public static let contract = Contract(
        "academic.programs.get",
        .get("/programs/{id}"),
        access: .everyone,
        "Read a program",
        errors: [.notFound]
    )
    public let id: ProgramID
    public typealias Reply = Program
}
