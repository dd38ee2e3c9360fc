public import Contracts

/// Changes some of a program's fields (RFC 7396).
public struct UpdateProgram: ServiceOperation {
    public static let contract = Contract(
        "academic.programs.update",
        .patch("/programs/{id}"),
        access: .permission(.writeAcademic),
        "Change parts of a program",
        errors: [.forbidden, .notFound, .preconditionFailed, .programNameTaken],
        isIdempotent: true
    )
    public let id: ProgramID
    public let name: Change<Name>
    public let degree: Change<Degree>
    /// In years.
    public let duration: Change<ProgramDuration>
    public typealias Reply = Program

    public init(
        id: ProgramID,
        name: Change<Name> = .keep,
        degree: Change<Degree> = .keep,
        duration: Change<ProgramDuration> = .keep
    ) {
        self.id = id
        self.name = name
        self.degree = degree
        self.duration = duration
    }
}
