import AcademicContracts
import Contracts
import ServiceKit

/// Adds a department to a university.
struct CreateDepartmentHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CreateDepartment, context: RequestContext) async throws -> CreateDepartment.Reply {
        try context.requireWriting(in: request.universityId)
        return try await database.transaction(context, scope: .university(request.universityId)) { transaction in
            // Locked, so that it cannot go before the department is there.
            let universities = UniversityStore(sql: transaction)
            _ = try await universities.lock(request.universityId)
            try await universities.requireOpen(request.universityId)
            let departments = DepartmentStore(sql: transaction)
            guard try await departments.count(of: request.universityId) < Quotas.departments else {
                throw ServiceError(
                    .quotaExceeded,
                    "A university can have \(Quotas.departments) departments; delete one first."
                )
            }
            return Created(
                try await departments
                    .insert(DepartmentID(), of: request.universityId, name: request.name, code: request.code)
            )
        }
    }
}
