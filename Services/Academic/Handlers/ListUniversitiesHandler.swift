import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Lists universities; anybody may.
struct ListUniversitiesHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListUniversities, context: RequestContext) async throws -> ListUniversities.Reply {
        try await UniversityStore(sql: database.scoped(to: .none)).list(request)
    }
}
