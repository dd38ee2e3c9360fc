import Contracts
import NotifierContracts
import ServiceKit

/// Brings one event to people: into the inbox and onto the live channel in the transaction that takes the event in, so
/// that neither is there without the other, and neither twice.
struct Delivery {
    let transaction: ServiceTransaction
    /// The event that is told of; a person is told of it once.
    let source: EventMetadata
    let tenant: UniversityID

    /// Notifies everyone except the actor, in a constant number of statements.
    func deliver(_ content: NotificationContent, to people: [UserID], actor: UserID?) async throws {
        let inboxes = Inboxes(sql: transaction)
        let told = try await inboxes.told(of: source.id, among: people)
        // In one order always, so that no two deliveries wait for each other's channels.
        let recipients = Set(people).subtracting(told).filter { $0 != actor }.sorted()
        guard !recipients.isEmpty else { return }
        let notifications = recipients.map { _ in notification(content) }
        let published = try await ChannelStore(sql: transaction).publish(
            zip(recipients, notifications).map { person, notification in
                NewPublication(
                    channel: ChannelStream.personal(person),
                    data: RawJSON(bytes: LiveNotification(notification).jsonBytes)
                )
            },
            tenant: tenant
        )
        let new = zip(recipients, zip(notifications, published)).map { person, pair in
            NewNotification(person: person, position: pair.1.offset, notification: pair.0)
        }
        try await inboxes.insert(new, source: source.id, tenant: tenant)
        try await transaction.emit(published, tenant: tenant)
    }

    private func notification(_ content: NotificationContent) -> InboxNotification {
        InboxNotification(
            id: NotificationID(),
            type: content.type,
            title: content.title,
            body: content.body,
            data: RawJSON(bytes: content.data.bytes),
            readAt: nil,
            createdAt: source.time
        )
    }
}

/// What arrives on a live channel: `{"type": "notification", "notification": {…}}`.
private struct LiveNotification: ContractObject {
    let type: String
    let notification: Content

    struct Content: ContractObject {
        let id: NotificationID
        let type: String
        let title: String
        let body: String
        let data: RawJSON
        let createdAt: Timestamp
    }

    init(_ notification: InboxNotification) {
        type = "notification"
        self.notification = Content(
            id: notification.id,
            type: notification.type,
            title: notification.title,
            body: notification.body,
            data: notification.data,
            createdAt: notification.createdAt
        )
    }
}
