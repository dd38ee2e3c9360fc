import Contracts
import IDParserContracts
import ServiceKit

/// Lists the patterns that the caller may see.
struct ListIDPatternsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListIDPatterns, context: RequestContext) async throws -> Page<IDPattern> {
        let university = context.user?.isPlatformAdmin == true ? nil : context.user?.tenant
        return try await IDPatternStore(sql: database.scoped(to: context)).list(request, of: university)
    }
}

/// Reads one pattern.
struct GetIDPatternHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetIDPattern, context: RequestContext) async throws -> IDPattern {
        guard let pattern = try await IDPatternStore(sql: database.scoped(to: context)).find(request.id) else {
            throw ServiceError(.notFound)
        }
        return pattern
    }
}
