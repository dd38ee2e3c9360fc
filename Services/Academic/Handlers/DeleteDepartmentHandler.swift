import AcademicContracts
import Contracts
import ServiceKit

/// Removes a department that has no programs.
struct DeleteDepartmentHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteDepartment, context: RequestContext) async throws -> DeleteDepartment.Reply {
        try await database.withDepartment(request.id, context) { store, present in
            try await store.delete(present.id)
            return NoContent()
        }
    }
}
