import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Lists programs; anybody may.
struct ListProgramsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListPrograms, context: RequestContext) async throws -> ListPrograms.Reply {
        try await ProgramStore(sql: database.scoped(to: .none)).list(request)
    }
}
