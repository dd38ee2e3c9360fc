import Contracts
import Mesh
import NotifierContracts
import Postgres
import Synchronization
import TestKit
import Testing

@testable import Notifier
@testable import ServiceKit

/// A fact of a service that the notifier has never heard of.
struct DuesRaised: ServiceEvent {
    static let type = "ledger.dues.raised"
    static let producer = "ledger"
    let club: String
    let payers: [UserID]
    var aggregate: String { club }

    var notice: Notice? {
        Notice(
            to: payers,
            topic: "ledger.dues",
            template: Self.type,
            title: "\(club) raised its dues",
            body: "They are due on Monday.",
            data: ["club": .string(club)],
            link: "/clubs/\(club)/dues"
        )
    }
}

/// A fact of a service whose other events the notifier takes in.
private struct AccountNoted: ServiceEvent {
    static let type = "auth.account.noted"
    static let producer = "auth"
    let person: UserID
    var aggregate: String { person.description }

    var notice: Notice? {
        Notice(to: [person], topic: "auth.account", template: Self.type, title: "A note", body: "Read it.")
    }
}

/// Counts the facts that it takes in beside their notices.
private final class DuesCounter: EventHandler {
    let count = Mutex(0)

    func handle(_ event: DuesRaised, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        count.withLock { $0 += 1 }
    }
}

extension LabService {
    /// The service of that fact.
    fileprivate static let ledger = LabService(
        Daemon(ServiceAPI("ledger", operations: [], events: [DuesRaised.self]), migrations: []) { _ in
            DaemonParts(tables: [], handlers: [])
        }
    )
}

@Suite("Notices of any service", .timeLimit(.minutes(10)))
struct NoticeTests {
    @Test("A service that came later notifies people: in order, each once, a large audience in pages")
    func laterService() async throws {
        try await withNotifier(among: [.ledger], environment: ["NOTICES_FROM": "societies,ledger"]) { notifier in
            let few = notifier.user()
            let many = (0..<2 * Notice.maximumRecipients + 50).map { _ in UserID() } + [few.id]
            try await notifier.emit(DuesRaised(club: "chess", payers: [few.id, few.id]))
            try await notifier.emit(DuesRaised(club: "go", payers: many))
            let last = [DuesRaised(club: "chess", payers: []), DuesRaised(club: "chess", payers: [few.id])]
            try await notifier.emit(last)
            try await notifier.deliverEvents()
            // Three of one recipient or none, and three pages of the audience of 451.
            let events = try await notifier.query(
                """
                SELECT type, coalesce(octet_length(notice::text), 0)::bigint AS bytes FROM ledger.outbox ORDER BY position
                """
            ).map { (type: try $0["type"] as String, bytes: try $0["bytes"] as Int) }
            #expect(events.map { $0.bytes == 0 } == [false, false, false, false, true, false])
            #expect(events.filter { $0.type == Notice.pageType }.count == 2)
            #expect(events.allSatisfy { $0.bytes <= Notice.maximumBytes })

            let inbox = try await notifier.inbox(few, ListNotifications(sort: Sort(.createdAt, descending: false)))
            #expect(inbox.items.filter { $0.title.hasPrefix("chess") }.count == 2)
            #expect(inbox.items.filter { $0.title.hasPrefix("go") }.count == 1)
            #expect(Set(inbox.items.map(\.type)) == [DuesRaised.type])
            let first = try #require(inbox.items.first)
            #expect(try JSONParser.parse(first.data.bytes)["club"] == "chess")
            let told = try await notifier.publications()
            #expect(told.count == many.count + 2)
            #expect(Set(told.map(\.channel)).count == many.count)
            // Read again from the beginning, as after a restored backup, nobody is told twice.
            try await notifier.execute("UPDATE notifier.consumer_cursors SET position = 0")
            try await notifier.emit(DuesRaised(club: "chess", payers: []))
            try await notifier.deliverEvents()
            #expect(try await notifier.publications().count == told.count)
        }
    }

    @Test("Notices are taken in of the services that are named, and not of others whose events are", arguments: [0, 1])
    func producers(count: Int) async throws {
        let named = count == 0 ? "societies" : "societies,auth"
        try await withNotifier(among: [.auth], environment: ["NOTICES_FROM": named]) { notifier in
            let student = notifier.user()
            try await notifier.hear(AccountNoted(person: student.id))
            #expect(try await notifier.inbox(student).items.count == count)
        }
    }

    @Test("An event that has a handler and a notice is handled, and people are notified")
    func handlerAndNotice() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let counter = DuesCounter()
            let selection = EventSelection([counter], notices: Delivery())
            let event = MeshEvent(DuesRaised(club: "go", payers: [student.id]), tenant: notifier.university)
            guard case .handle(let taker) = selection.choice(for: event, subscribed: []) else {
                Issue.record("The event is not taken in")
                return
            }
            try await notifier.apply(event, with: taker)
            #expect(counter.count.withLock(\.self) == 1)
            #expect(try await notifier.inbox(student).items.map(\.type) == [DuesRaised.type])
        }
    }

    @Test("The fact that a notice names counts in pages alone")
    func claimedFact() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let payers = (0..<Notice.maximumRecipients).map { _ in UserID() } + [student.id]
            let fact = FactReference(id: EventID(), type: "auth.password.changed")
            let page = try #require(DuesRaised(club: "go", payers: payers).notice?.pages(of: fact).last)
            for type in [DuesRaised.type, Notice.pageType] {
                let event = MeshEvent(
                    id: EventID().description,
                    source: "ledger",
                    type: type,
                    time: Timestamp.now().description,
                    tenantID: notifier.university.description,
                    notice: page.jsonBytes
                )
                try await notifier.apply(event, with: NoticeTaker(handler: Delivery()))
            }
            let inbox = try await notifier.inbox(student, ListNotifications(sort: Sort(.createdAt, descending: false)))
            #expect(inbox.items.map(\.type) == [DuesRaised.type, fact.type])
        }
    }

    @Test("A notice with too many recipients or too many bytes is refused")
    func bounds() async throws {
        try await withNotifier { notifier in
            let notice = DuesRaised(club: "go", payers: (0...Notice.maximumRecipients).map { _ in UserID() }).notice
            let large = Notice(
                to: [UserID()],
                topic: "",
                template: "",
                title: "",
                body: String(repeating: "x", count: Notice.maximumBytes)
            )
            for notice in [try #require(notice), large] {
                let event = MeshEvent(
                    id: EventID().description,
                    source: "ledger",
                    type: DuesRaised.type,
                    time: Timestamp.now().description,
                    tenantID: notifier.university.description,
                    notice: notice.jsonBytes
                )
                await #expect(throws: ValidationError.self) {
                    try await notifier.apply(event, with: NoticeTaker(handler: Delivery()))
                }
            }
            #expect(try await notifier.publications().isEmpty)
        }
    }
}

extension ServiceLab {
    /// Takes in an event as the consumer does.
    fileprivate func apply(_ event: MeshEvent, with taker: any EventTaker) async throws {
        try await database.transaction(.system("ledger", logger: .silent), scope: .platform) {
            try await taker.apply(event, in: $0)
        }
    }
}
