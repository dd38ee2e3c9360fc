public import Contracts

/// Counts the caller's unread notifications.
public struct CountUnread: ServiceOperation {
    public static let contract = Contract(
        "notifier.notifications.count-unread",
        .get("/notifications/unread-count"),
        access: .user,
        "Count one's own unread notifications"
    )
    public typealias Reply = UnreadCount
}
