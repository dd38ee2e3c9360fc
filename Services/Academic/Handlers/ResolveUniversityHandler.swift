import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Finds a university by one of its names, for other services.
struct ResolveUniversityHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ResolveUniversity, context: RequestContext) async throws -> ResolveUniversity.Reply {
        guard let found = try await UniversityStore(sql: database.scoped(to: .none)).reference(request) else {
            throw ServiceError(.notFound, "There is no such university.")
        }
        return found
    }
}
