import Contracts
import ServiceKit

// Answers forms of the release before; see FormerAccess.swift.

struct FormerCheckAccessHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: FormerCheckAccess, context: RequestContext) async throws -> EntityStanding {
        try await CheckAccessHandler(database: database).handle(request.present, context: context)
    }
}

struct FormerListOpenEntitiesHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: FormerListOpenEntities, context: RequestContext) async throws -> OpenEntities {
        try await ListOpenEntitiesHandler(database: database).handle(request.present, context: context)
    }
}

struct FormerListMembershipsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: FormerListMemberships, context: RequestContext) async throws -> FormerMemberships {
        let present = ListMembershipsHandler(database: database)
        return FormerMemberships(try await present.handle(request.present, context: context))
    }
}
