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
        do {
            return try await database.transaction(context, scope: .university(department.universityId)) { transaction in
                Created(try await ProgramStore(sql: transaction).insert(ProgramID(), of: department, content))
            }
        } catch let error as PostgresError where error.isForeignKeyViolation {
            throw ServiceError(.notFound, "There is no such department.")  // it went in the meantime
        } catch let error as PostgresError {
            throw ServiceError(academic: error) ?? error
        }
    }
}
