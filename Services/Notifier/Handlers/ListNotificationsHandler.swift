import Contracts
import NotifierContracts
import ServiceKit

struct ListNotificationsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ListNotifications, context: RequestContext) async throws -> Page<InboxNotification> {
        let user = try context.requireUser()
        return try await NotificationStore(sql: database.scoped(to: context), user: user.id).list(request)
    }
}
