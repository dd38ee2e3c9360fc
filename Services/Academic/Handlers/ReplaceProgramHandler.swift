import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Writes a program anew.
struct ReplaceProgramHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReplaceProgram, context: RequestContext) async throws -> Program {
        let content = ProgramContent(name: request.name, degree: request.degree, duration: request.duration)
        return try await database.withProgram(request.id, context) { store, present in
            try await store.update(present, content)
        }
    }
}

extension ServiceDatabase {
    /// Writes a program under its row's lock, for those who may, on the revision that they have read.
    func withProgram<Result>(
        _ id: ProgramID,
        _ context: RequestContext,
        _ body: (ProgramStore, Program) async throws -> Result
    ) async throws -> Result {
        guard let present = try await ProgramStore(sql: scoped(to: .none)).find(id) else {
            throw ServiceError(.notFound)
        }
        try context.requireWriting(in: present.universityId)
        return try await transaction(context, scope: .university(present.universityId)) { transaction in
            let store = ProgramStore(sql: transaction)
            let locked = try await store.lock(id)
            try context.checkPrecondition(locked.etag)
            return try await body(store, locked)
        }
    }
}
