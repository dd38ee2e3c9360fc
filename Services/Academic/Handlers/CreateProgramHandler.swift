import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Adds a program to a department.
struct CreateProgramHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CreateProgram, context: RequestContext) async throws -> CreateProgram.Reply {
        guard let department = try await DepartmentStore(sql: database.scoped(to: .none)).find(request.departmentId)
        else {
            throw ServiceError(.notFound, "There is no such department.")
        }
        try context.requireWriting(in: department.universityId)
        let content = ProgramContent(name: request.name, degree: request.degree, duration: request.duration)
        return try await database.transaction(context, scope: .university(department.universityId)) { transaction in
            // The lock makes concurrent writers count the department's programs one at a time.
            let department = try await DepartmentStore(sql: transaction).lock(request.departmentId)
            let programs = ProgramStore(sql: transaction)
            guard try await programs.count(of: department.id) < Quotas.programs else {
                throw ServiceError(
                    .quotaExceeded,
                    "A department can have \(Quotas.programs) programs; delete one first."
                )
            }
            return Created(try await programs.insert(ProgramID(), of: department, content))
        }
    }
}
