import Contracts
import NotifierContracts
import ServiceKit

struct ReadNotificationHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReadNotification, context: RequestContext) async throws -> InboxNotification {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            try await NotificationStore(sql: transaction, user: user.id).markRead(request.id, context)
        }
    }
}

struct ReadAllNotificationsHandler: OperationHandler {
    let database: ServiceDatabase

    func handle(_ request: ReadAllNotifications, context: RequestContext) async throws -> UnreadCount {
        let user = try context.requireUser()
        return try await database.transaction(context) { transaction in
            let inbox = NotificationStore(sql: transaction, user: user.id)
            if context.hasPrecondition { try context.checkPrecondition(content: try await inbox.countUnread()) }
            try await inbox.markAllRead(upTo: request.upTo)
            return try await inbox.countUnread()
        }
    }
}
