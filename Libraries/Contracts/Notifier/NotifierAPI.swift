public import Contracts

/// The operations and events of the notifier service.
public let notifierAPI = ServiceAPI(
    "notifier",
    operations: [
        ListNotifications.self, ReadNotification.self, ReadAllNotifications.self, CountUnread.self,
        IssueRealtimeToken.self, ConnectRealtime.self, ExportPersonalData.self,
    ],
    events: [RealtimePublished.self]
)
