import AcademicContracts
import Contracts
import ServiceKit

/// Changes some of a program's fields.
struct UpdateProgramHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: UpdateProgram, context: RequestContext) async throws -> UpdateProgram.Reply {
        try await database.withProgram(request.id, context) { store, present in
            let content = ProgramContent(
                name: request.name.applied(to: present.name),
                degree: request.degree.applied(to: present.degree),
                duration: request.duration.applied(to: present.duration)
            )
            return try await store.update(present, content)
        }
    }
}
