import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Lists departments; anybody may.
struct ListDepartmentsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListDepartments, context: RequestContext) async throws -> ListDepartments.Reply {
        try await DepartmentStore(sql: database.scoped(to: .none)).list(request)
    }
}
