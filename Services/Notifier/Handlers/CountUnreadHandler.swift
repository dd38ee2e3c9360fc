import Contracts
import NotifierContracts
import ServiceKit

struct CountUnreadHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: CountUnread, context: RequestContext) async throws -> UnreadCount {
        let user = try context.requireUser()
        return try await NotificationStore(sql: database.scoped(to: context), user: user.id).countUnread()
    }
}
