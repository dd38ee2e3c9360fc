public import Contracts

/// Marks one of the caller's notifications as read; doing so again changes nothing.
public struct ReadNotification: ServiceOperation {
    public static let contract = Contract(
        "notifier.notifications.read",
        .post("/notifications/{id}/read"),
        access: .user,
        "Mark a notification as read",
        errors: [.notFound, .preconditionFailed],
        isIdempotent: true
    )
    public let id: NotificationID
    public typealias Reply = InboxNotification
}
