import Contracts
import Mesh
import NotifierContracts
import Postgres
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

@Suite("Notices of any service", .timeLimit(.minutes(2)))
struct NoticeTests {
    @Test("A service that came later notifies people: in order, each once, a large audience in pages")
    func laterService() async throws {
        try await withLedger { notifier, ledger in
            let few = notifier.user()
            let many = (0..<2 * Notice.maximumRecipients + 50).map { _ in UserID() } + [few.id]
            let context = RequestContext.system("ledger", logger: .silent)
            try await ledger.transaction(context, scope: TenantScope.none) { transaction in
                let tenant = notifier.university
                try await transaction.emit(DuesRaised(club: "chess", payers: [few.id, few.id]), tenant: tenant)
                try await transaction.emit(DuesRaised(club: "go", payers: many), tenant: tenant)
                let last = [DuesRaised(club: "chess", payers: []), DuesRaised(club: "chess", payers: [few.id])]
                try await transaction.emit(last, tenant: tenant)
            }
            // Three of one recipient or none, and three pages of the audience of 451.
            let events = try await Self.follow(ledger, notifier)
            #expect(events.map(\.notice.isEmpty) == [false, false, false, false, true, false])
            #expect(events.map(\.type).filter { $0 == Notice.pageType }.count == 2)
            #expect(events.allSatisfy { $0.notice.count <= Notice.maximumBytes })

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
            try await notifier.database.database.execute("UPDATE consumer_cursors SET position = 0", scope: .none)
            _ = try await Self.follow(ledger, notifier)
            #expect(try await notifier.publications().count == told.count)
        }
    }

    @Test("What one event may ask of the notifier is bounded: more is set aside")
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
                    try await notifier.database.transaction(.system("ledger", logger: .silent), scope: .platform) {
                        try await NoticeTaker(handler: Delivery()).apply(event, in: $0)
                    }
                }
            }
            #expect(try await notifier.publications().isEmpty)
        }
    }

    /// Numbers the ledger's events, and has a consumer of the notifier take them all in.
    private static func follow(_ ledger: ServiceDatabase, _ notifier: TestNotifier) async throws -> [MeshEvent] {
        let outbox = Outbox(service: "ledger", database: ledger.database)
        _ = try await outbox.assignPositions(limit: 500)
        let batch = try await outbox.events(after: 0, limit: 500)
        let dispatcher = Dispatcher(lab: "ledger", events: [DuesRaised.self], database: ledger.database)
        try await withNeighbours(of: "notifier", ["ledger": { await dispatcher.handle($0) }]) { caller in
            let figures = ConsumerFigures(Metrics(), producer: "ledger")
            let cursors = ConsumerCursors(database: notifier.database.database)
            let parked = ParkedEvents(database: notifier.database.database)
            let consumer = EventConsumer(
                producer: "ledger",
                release: "1",
                selection: EventSelection([], notices: Delivery()),
                cursors: cursors,
                parked: parked,
                database: notifier.database,
                client: caller.client,
                arrivals: EventArrivals(lag: figures.lag),
                figures: figures,
                tracer: nil,
                logger: .silent
            )
            try await withThrowingTaskGroup { group in
                group.addTask { try await consumer.run() }
                try await until { () -> Void? in
                    let position = try await cursors.state(of: "ledger").cursor.position
                    let aside = try await parked.all()
                    return position == batch.lastPosition && aside.isEmpty ? () : nil
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        return batch.events
    }
}

/// Runs a test of the notifier beside a service with tables of its own.
private func withLedger(_ body: (TestNotifier, ServiceDatabase) async throws -> Void) async throws {
    let services = [
        TestService("notifier", migrations: serviceKitMigrations + notifierMigrations),
        TestService("ledger", migrations: serviceKitMigrations),
    ]
    try await withTestDatabase(services: services) { testDatabase in
        try await withDatabase(testDatabase.configuration(for: "notifier")) { database in
            try await withDatabase(testDatabase.configuration(for: "ledger")) { ledger in
                let notifier = TestNotifier(testDatabase: testDatabase, database: ServiceDatabase(database))
                try await body(notifier, ServiceDatabase(ledger))
            }
        }
    }
}
