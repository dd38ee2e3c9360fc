import AcademicContracts
import Contracts
import ServiceKit

/// Deletes a university that nothing refers to, here or in another service.
///
/// It is closed first, so that no new account, society, pattern or department refers to it. Then every service is asked
/// for existing references.
struct DeleteUniversityHandler: OperationHandler {
    let database: ServiceDatabase
    let caller: ServiceCaller

    func handle(_ request: DeleteUniversity, context: RequestContext) async throws -> DeleteUniversity.Reply {
        try context.requirePlatform()
        let closedAt = try await close(request.id, context)
        do {
            if let use = try await use(of: request.id, context) {
                throw ServiceError(.universityInUse, "The university still has \(use); delete these first.")
            }
            return try await delete(request.id, closedAt: closedAt, context)
        } catch {
            // If this fails too, the university reopens by itself after a minute.
            try? await UniversityStore(sql: database.scoped(to: .university(request.id)))
                .reopen(request.id, closedAt: closedAt)
            throw error
        }
    }

    private func close(_ id: UniversityID, _ context: RequestContext) async throws -> Timestamp {
        try await database.transaction(context, scope: .university(id)) { transaction in
            let store = UniversityStore(sql: transaction)
            try await context.checkPrecondition(store.lock(id).etag)
            return try await store.close(id)
        }
    }

    /// Describes another service's reference to the university; `nil` if there is none.
    private func use(of id: UniversityID, _ context: RequestContext) async throws -> String? {
        async let accounts = isUsed(id, by: "auth", context)
        async let societies = isUsed(id, by: "societies", context)
        async let forms = isUsed(id, by: "forms", context)
        async let patterns = isUsed(id, by: "id-parser", context)
        if try await accounts { return "accounts" }
        if try await societies { return "societies" }
        if try await forms { return "forms" }
        return try await patterns ? "patterns of student numbers" : nil
    }

    private func isUsed(_ id: UniversityID, by service: String, _ context: RequestContext) async throws -> Bool {
        try await caller.call(GetTenantUsage(universityId: id), to: service, context).isUsed
    }

    private func delete(_ id: UniversityID, closedAt: Timestamp, _ context: RequestContext) async throws -> NoContent {
        try await database.transaction(context, scope: .university(id)) { transaction in
            let store = UniversityStore(sql: transaction)
            guard try await store.delete(id, closedAt: closedAt) else {
                _ = try await store.lock(id)
                throw ServiceError(.conflict, "Somebody else is deleting the university.")
            }
            try await transaction.emit(UniversityDeleted(universityId: id), tenant: id)
            return NoContent()
        }
    }
}
