import AcademicContracts
import Contracts
import ServiceKit

/// Adds a department to a university.
struct CreateDepartmentHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CreateDepartment, context: RequestContext) async throws -> CreateDepartment.Reply {
        try context.requireWriting(in: request.universityId)
        return try await translatingConstraints {
            try await database.transaction(context, scope: .university(request.universityId)) { transaction in
                // Locked, so that it cannot go before the department is there.
                _ = try await UniversityStore(sql: transaction).lock(request.universityId)
                return Created(
                    try await DepartmentStore(sql: transaction)
                        .insert(DepartmentID(), of: request.universityId, name: request.name, code: request.code)
                )
            }
        }
    }
}
