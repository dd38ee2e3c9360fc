import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Reads one program; anybody may.
struct GetProgramHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetProgram, context: RequestContext) async throws -> GetProgram.Reply {
        guard let found = try await ProgramStore(sql: database.scoped(to: .none)).find(request.id) else {
            throw ServiceError(.notFound)
        }
        return found
    }
}
