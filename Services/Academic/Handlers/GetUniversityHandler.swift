import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Reads one university; anybody may.
struct GetUniversityHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetUniversity, context: RequestContext) async throws -> GetUniversity.Reply {
        guard let found = try await UniversityStore(sql: database.scoped(to: .none)).find(request.id) else {
            throw ServiceError(.notFound)
        }
        return found
    }
}
