import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Writes a department anew.
struct ReplaceDepartmentHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReplaceDepartment, context: RequestContext) async throws -> Department {
        try await database.withDepartment(request.id, context) { store, present in
            try await store.update(present, name: request.name, code: request.code)
        }
    }
}

extension ServiceDatabase {
    /// Writes a department under its row's lock, for those who may, on the revision that they have read.
    func withDepartment<Result>(
        _ id: DepartmentID,
        _ context: RequestContext,
        _ body: (DepartmentStore, Department) async throws -> Result
    ) async throws -> Result {
        guard let present = try await DepartmentStore(sql: scoped(to: .none)).find(id) else {
            throw ServiceError(.notFound)
        }
        try context.requireWriting(in: present.universityId)
        return try await transaction(context, scope: .university(present.universityId)) { transaction in
            let store = DepartmentStore(sql: transaction)
            let locked = try await store.lock(id)
            try context.checkPrecondition(locked.etag)
            return try await body(store, locked)
        }
    }
}
