import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Reads one department; anybody may.
struct GetDepartmentHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetDepartment, context: RequestContext) async throws -> GetDepartment.Reply {
        guard let found = try await DepartmentStore(sql: database.scoped(to: .none)).find(request.id) else {
            throw ServiceError(.notFound)
        }
        return found
    }
}
