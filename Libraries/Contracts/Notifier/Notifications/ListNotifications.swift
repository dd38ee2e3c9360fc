public import Contracts

/// Lists the caller's notifications, the newest first.
public struct ListNotifications: ServiceOperation {
    public static let contract = Contract(
        "notifier.notifications.list",
        .get("/notifications"),
        access: .user,
        "List one's own notifications"
    )
    public let page: PageRequest
    /// Newest first by default.
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

/// The sort fields of a list of notifications.
public enum NotificationSort: String, ChoiceValue {
    /// Order of arrival.
    case createdAt
}
