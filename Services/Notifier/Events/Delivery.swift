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

    /// Tells everyone but whoever did it.
    func deliver(_ content: NotificationContent, to people: [UserID], actor: UserID?) async throws {
        // In one order always, so that no two deliveries wait for each other's channels.
        for person in Set(people).sorted() where person != actor {
            try await deliver(content, to: person)
        }
    }

    private func deliver(_ content: NotificationContent, to person: UserID) async throws {
        let inbox = NotificationStore(sql: transaction, user: person)
        guard try await !inbox.has(source: source.id) else { return }
        let notification = InboxNotification(
            id: NotificationID(),
            type: content.type,
            title: content.title,
            body: content.body,
            data: RawJSON(bytes: content.data.bytes),
            readAt: nil,
            createdAt: source.time
        )
        let published = try await ChannelStore(sql: transaction).publish(
            RawJSON(bytes: LiveNotification(notification).jsonBytes),
            on: ChannelStream.personal(person),
            tenant: tenant
        )
        try await inbox.insert(notification, position: published.offset, source: source.id, tenant: tenant)
        try await transaction.emit(published, tenant: tenant)
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
