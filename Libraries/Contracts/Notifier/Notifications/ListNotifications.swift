public import Contracts

/// Lists the caller's notifications, the newest first.
public struct ListNotifications: ServiceOperation {
    public static let contract = Contract(
        "notifier.notifications.list",
        .get("/notifications"),
        access: .user,
        "Lists one's own notifications"
    )
    public let page: PageRequest
    /// The newest first when it is missing.
    public let sort: Sort<NotificationSort>?
    /// Only those that are unread, or only those that are read.
    public let unread: Bool?
    public typealias Reply = Page<InboxNotification>

    public init(
        page: PageRequest = PageRequest(),
        sort: Sort<NotificationSort>? = nil,
        unread: Bool? = nil
    ) {
        self.page = page
        self.sort = sort
        self.unread = unread
    }
}

/// What a list of notifications can be sorted by.
public enum NotificationSort: String, ChoiceValue {
    /// In the order in which they arrived.
    case createdAt
}
