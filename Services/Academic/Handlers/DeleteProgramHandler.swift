import AcademicContracts
import Contracts
import ServiceKit

/// Removes a program.
struct DeleteProgramHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteProgram, context: RequestContext) async throws -> DeleteProgram.Reply {
        try await database.withProgram(request.id, context) { store, present in
            try await store.delete(present.id)
            return NoContent()
        }
    }
}
