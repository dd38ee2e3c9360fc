import AcademicContracts
import Contracts
import IDParserContracts
import ServiceKit

/// Adds a pattern to a university.
struct CreateIDPatternHandler: OperationHandler {
    let database: ServiceDatabase
    let caller: ServiceCaller

    func handle(_ request: CreateIDPattern, context: RequestContext) async throws -> CreateIDPattern.Reply {
        let university = try await university(request.universityCode, context)
        if let user = context.user, !user.may(.writeIDPatterns, in: university.id) {
            throw ServiceError(.forbidden, "Only administrators of this university may do this.")
        }
        let content = IDPatternContent(request)
        let compiled = try await context.computing { work in try content.compiled(work) }
        return try await database.transaction(context, scope: .university(university.id)) { transaction in
            // The lock on the university's row lets one writer at a time count its patterns.
            guard try await UniversityStore(sql: transaction).note(university) else { throw Self.noUniversity }
            let store = IDPatternStore(sql: transaction)
            try await store.requireQuota(of: university.id, for: compiled, replacing: nil)
            let id = IDPatternID()
            try await store.insert(id, of: university.id, content, compiledBytes: compiled.memory)
            return Created(try await store.lock(id))
        }
    }

    private static let noUniversity = ServiceError(.notFound, "There is no university with this code.")

    private func university(_ code: Code, _ context: RequestContext) async throws -> UniversityReference {
        do { return try await caller.call(ResolveUniversity(code: code), context) } catch let error as ServiceError
            where error.code == .notFound
        {
            throw Self.noUniversity
        }
    }
}
