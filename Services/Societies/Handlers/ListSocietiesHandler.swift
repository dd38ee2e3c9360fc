import Contracts
import ServiceKit
import SocietiesContracts

struct ListSocietiesHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListSocieties, context: RequestContext) async throws -> Page<Society> {
        try await SocietyDirectory(sql: database.scoped(to: context), viewer: context.user).list(request)
    }
}
