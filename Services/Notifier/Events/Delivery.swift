import Contracts
import NotifierContracts
import ServiceKit

/// Brings a notice to people: into the inbox and onto the live channel, in the transaction that takes the event in.
///
/// Neither is there without the other, a person is told of a fact once, and nobody who was erased is told of any.
struct Delivery: NoticeHandler {
    /// Notifies the recipients in a constant number of statements.
    func deliver(
        _ notice: Notice,
        of type: String,
        metadata fact: EventMetadata,
        in transaction: ServiceTransaction
    ) async throws {
        guard let tenant = fact.tenant else {
            throw ValidationError("tenantId", .required, "A notice needs the university of its recipients.")
        }
        let inboxes = Inboxes(sql: transaction)
        let told = try await inboxes.told(of: fact.id, among: notice.recipients)
        // In one order always, so that no two deliveries wait for each other's channels.
        let recipients = Set(notice.recipients).subtracting(told).sorted()
        guard !recipients.isEmpty else { return }
        let notifications = recipients.map { _ in InboxNotification(notice, of: type, at: fact.time) }
        let published = try await ChannelStore(sql: transaction).publish(
            zip(recipients, notifications).map { person, notification in
                NewPublication(
                    channel: ChannelStream.personal(person),
                    data: RawJSON(bytes: LiveNotification(notification).jsonBytes)
                )
            },
            tenant: tenant
        )
        let offsets = Dictionary(uniqueKeysWithValues: published.map { ($0.channel, $0.offset) })
        let new = zip(recipients, notifications).compactMap { person, notification in
            offsets[ChannelStream.personal(person)].map { offset in
                NewNotification(person: person, position: offset, notification: notification)
            }
        }
        try await inboxes.insert(new, source: fact.id, tenant: tenant)
        try await transaction.emit(published, tenant: tenant)
    }
}

/// Notifies people of events without a notice, which the release before still emits while this one is rolled out.
///
/// The notice of an event that carries one is taken in before, and nobody is told twice.
///
/// The next release removes it: see "What does the next release remove?" in docs/operations.md.
struct BareFactHandler<Event: ServiceEvent>: EventHandler {
    func handle(_ event: Event, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        guard let notice = event.notice else { return }
        try await Delivery().deliver(notice, of: Event.type, metadata: metadata, in: transaction)
    }
}

extension InboxNotification {
    fileprivate init(_ notice: Notice, of type: String, at time: Timestamp) {
        self.init(
            id: NotificationID(),
            type: type,
            title: notice.title,
            body: notice.body,
            data: notice.data,
            readAt: nil,
            createdAt: time
        )
    }
}

/// A publication on a live channel: `{"type": "notification", "notification": {…}}`.
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
