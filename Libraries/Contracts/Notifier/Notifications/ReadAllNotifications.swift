public import Contracts

/// Marks the caller's notifications as read, up to the newest that the caller has seen.
public struct ReadAllNotifications: ServiceOperation {
    public static let contract = Contract(
        "notifier.notifications.read-all",
        .post("/notifications/read-all"),
        access: .user,
        "Mark all notifications as read",
        errors: [.notFound, .preconditionFailed],
        isIdempotent: true
    )
    /// The newest notification seen, so that later ones stay unread; `nil` to mark all.
    ///
    /// Refused with `NOT_FOUND` if the caller has no such notification.
    public let upTo: NotificationID?
    /// The number of notifications that are still unread.
    public typealias Reply = UnreadCount

    public init(upTo: NotificationID? = nil) {
        self.upTo = upTo
    }
}
