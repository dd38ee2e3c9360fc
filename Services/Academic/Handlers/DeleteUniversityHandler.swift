import AcademicContracts
import Contracts
import ServiceKit

/// Removes a university that has no departments.
struct DeleteUniversityHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteUniversity, context: RequestContext) async throws -> DeleteUniversity.Reply {
        try context.requirePlatform()
        return try await translatingConstraints {
            try await database.transaction(context, scope: .university(request.id)) { transaction in
                let store = UniversityStore(sql: transaction)
                let present = try await store.lock(request.id)
                try context.checkPrecondition(present.etag)
                try await store.delete(request.id)
                try await transaction.emit(UniversityDeleted(universityId: request.id), tenant: request.id)
                return NoContent()
            }
        }
    }
}
