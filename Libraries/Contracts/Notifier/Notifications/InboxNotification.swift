public import Contracts

/// One entry of a person's inbox; the same that arrives on the person's live channel.
public struct InboxNotification: Versioned, Equatable {
    public let id: NotificationID
    /// The type of the fact, such as `society.registration.approved`.
    public let type: String
    public let title: String
    public let body: String
    /// The ids of what it is about, such as `societyId` and `registrationId`.
    public let data: RawJSON
    /// `nil` while it is unread.
    public let readAt: Timestamp?
    public let createdAt: Timestamp

    public init(
        id: NotificationID,
        type: String,
        title: String,
        body: String,
        data: RawJSON,
        readAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.type = type
        self.title = title
        self.body = body
        self.data = data
        self.readAt = readAt
        self.createdAt = createdAt
    }

    /// Changes when the notification is read, the only change it can undergo.
    public var etag: String { "\"\(readAt?.microseconds ?? 0)\"" }
}

/// The number of notifications that wait to be read.
public struct UnreadCount: ContractObject, OperationReply, Equatable {
    public let count: Int

    public init(count: Int) {
        self.count = count
    }
}
