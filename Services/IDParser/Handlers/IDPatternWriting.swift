import Contracts
import IDParserContracts
import Postgres
import ServiceKit

extension ServiceDatabase {
    /// Does something to a pattern of the caller's university under its row's lock, on the revision that was read.
    func withPattern<Result>(
        _ id: IDPatternID,
        _ context: RequestContext,
        _ body: (IDPatternStore, IDPattern) async throws -> Result
    ) async throws -> Result {
        try await transaction(context) { transaction in
            let store = IDPatternStore(sql: transaction)
            let present = try await store.lock(id)
            try context.checkPrecondition(present.etag)
            return try await body(store, present)
        }
    }

    /// Writes a pattern that has passed its own examples.
    ///
    /// The pattern is compiled before the transaction, which must not stand idle for that long, and again if another
    /// request has changed the pattern meanwhile.
    ///
    /// - Throws: `CONFLICT` if others have changed it during each of three attempts.
    func changePattern(
        _ id: IDPatternID,
        _ context: RequestContext,
        content: (IDPattern) -> IDPatternContent
    ) async throws -> IDPattern {
        for _ in 0..<3 {
            guard let read = try await IDPatternStore(sql: scoped(to: context)).find(id) else {
                throw ServiceError(.notFound)
            }
            try context.checkPrecondition(read.etag)
            let written = content(read)
            let compiled: StudentIDPattern? =
                if written != IDPatternContent(read) {
                    try await context.computing { work in try written.compiled(work) }
                } else { nil }
            do {
                return try await withPattern(id, context) { store, present in
                    guard present.revision == read.revision else { throw PatternWasChanged() }
                    guard let compiled else { return present }
                    try await UniversityStore(sql: store.sql).lock(present.universityId)
                    try await store.requireQuota(of: present.universityId, for: compiled, replacing: id)
                    try await store.update(id, written, compiledBytes: compiled.memory)
                    return try await store.lock(id)
                }
            } catch is PatternWasChanged {}  // the next attempt starts from the pattern as it is now
        }
        throw ServiceError(.conflict, "The pattern is being changed at this moment; try again.")
    }
}

/// Another request has changed a pattern since it was read.
private struct PatternWasChanged: Error {}
