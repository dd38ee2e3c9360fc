import Contracts
import ServiceKit
import SocietiesContracts

struct GetSocietyHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: GetSociety, context: RequestContext) async throws -> Society {
        try await SocietyStore(sql: database.scoped(to: context)).standing(of: context.user, in: request.id).society
    }
}
