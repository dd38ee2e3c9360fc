import Contracts
import IDParserContracts
import ServiceKit

/// Writes a pattern anew.
struct ReplaceIDPatternHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReplaceIDPattern, context: RequestContext) async throws -> IDPattern {
        try await database.changePattern(request.id, context) { _ in IDPatternContent(request) }
    }
}

/// Changes some of a pattern's fields.
struct UpdateIDPatternHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: UpdateIDPattern, context: RequestContext) async throws -> IDPattern {
        try await database.changePattern(request.id, context) { IDPatternContent(request, of: $0) }
    }
}

/// Removes a pattern.
struct DeleteIDPatternHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: DeleteIDPattern, context: RequestContext) async throws -> NoContent {
        try await database.withPattern(request.id, context) { store, _ in
            try await store.delete(request.id)
            return NoContent()
        }
    }
}
