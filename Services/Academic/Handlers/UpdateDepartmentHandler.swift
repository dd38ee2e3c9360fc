import AcademicContracts
import Contracts
import ServiceKit

/// Changes some of a department's fields.
struct UpdateDepartmentHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: UpdateDepartment, context: RequestContext) async throws -> UpdateDepartment.Reply {
        try await database.withDepartment(request.id, context) { store, present in
            let name = request.name.applied(to: present.name)
            let code = request.code.applied(to: present.code)
            return try await store.update(present, name: name, code: code)
        }
    }
}
