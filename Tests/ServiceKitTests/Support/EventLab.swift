import Contracts
import Foundation
import Logging
import Mesh
import Postgres
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

/// Something that the test's producer says.
struct Noted: ServiceEvent {
    static let producer = "producer"
    static let type = "producer.noted"
    let subject: String
    let number: Int
    var aggregate: String { subject }
}

/// Something that a newer release of the test's producer says.
struct Renamed: ServiceEvent {
    static let producer = "producer"
    static let type = "producer.renamed"
    let subject: String
    let number: Int
    var aggregate: String { subject }
}

/// Something that the test's consumer knows of and does not take in.
struct Ignored: ServiceEvent {
    static let producer = "producer"
    static let type = "producer.ignored"
    let subject: String
    var aggregate: String { subject }
}

/// Takes `Renamed` in like `Noted`, in a newer release of the consumer.
struct RenamedHandler: EventHandler {
    func handle(_ event: Renamed, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        try await transaction.execute(
            "INSERT INTO taken (subject, number) VALUES (\(event.subject), \(event.number))"
        )
    }
}

/// Takes `Noted` in, in the consumer's table, and fails for subjects that it is told to.
final class NotedHandler: EventHandler {
    struct Refused: Error, CustomStringConvertible {
        let description = "the subject is refused"
    }

    private let refused = Mutex<Set<String>>([])
    /// Those for which PostgreSQL cancels the statement.
    private let stalled = Mutex<Set<String>>([])
    /// Those whose handler runs until they are no longer held.
    private let held = Mutex<Set<String>>([])

    func refuse(_ subjects: Set<String>) { refused.withLock { $0 = subjects } }
    func stall(_ subjects: Set<String>) { stalled.withLock { $0 = subjects } }
    func hold(_ subjects: Set<String>) { held.withLock { $0 = subjects } }

    func handle(_ event: Noted, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        try await until(.seconds(60)) { held.withLock({ $0.contains(event.subject) }) ? nil : () }
        try await transaction.execute(
            "INSERT INTO taken (subject, number) VALUES (\(event.subject), \(event.number))"
        )
        if stalled.withLock({ $0.contains(event.subject) }) {
            try await transaction.execute("SET LOCAL statement_timeout = 1")
            try await transaction.execute("SELECT pg_sleep(10)")
        }
        if refused.withLock({ $0.contains(event.subject) }) { throw Refused() }
    }
}

/// A producer and a consumer with a database each and nanomsg between them, as a daemon puts them together.
final class EventLab: Sendable {
    let producer: Database
    let consumer: Database
    let handler = NotedHandler()
    let metrics = Metrics()
    private let folder: String
    private let keys: MeshKeys
    /// What the consumer has to say of how it gets on.
    let lines = LogLines()
    /// Whether the producer answers the consumer that something is wrong.
    let isOut = Atomic<Bool>(false)
    private let outbox: Outbox

    static let services = [
        TestService("producer", migrations: serviceKitMigrations),
        TestService(
            "consumer",
            migrations: serviceKitMigrations + [
                Migration(
                    "0001_taken",
                    up: "CREATE TABLE taken (id bigint GENERATED ALWAYS AS IDENTITY, subject text, number integer)",
                    down: "DROP TABLE taken"
                )
            ]
        ),
    ]

    init(_ database: TestDatabase, folder: String) throws {
        self.folder = folder
        producer = Database(configuration: database.configuration(for: "producer"), logger: .silent)
        consumer = Database(configuration: database.configuration(for: "consumer"), logger: .silent)
        keys = try MeshKeys(primary: [UInt8](repeating: 9, count: 32))
        outbox = Outbox(service: "producer", database: producer)
    }

    func emit(_ events: any ServiceEvent...) async throws {
        for event in events {
            let context = RequestContext.system("producer", logger: .silent)
            try await ServiceDatabase(producer).transaction(context, scope: TenantScope.none) {
                try await $0.emit(event, tenant: nil)
            }
        }
    }

    /// Emits many events at once, that of each subject in the order of their numbers.
    func emit(subjects: [String], each: Int) async throws {
        for number in 0..<each {
            let context = RequestContext.system("producer", logger: .silent)
            try await ServiceDatabase(producer).transaction(context, scope: TenantScope.none) {
                try await $0.emit(subjects.map { Noted(subject: $0, number: number) }, tenant: nil)
            }
        }
    }

    /// Numbers what was emitted, without telling anyone.
    @discardableResult
    func number() async throws -> EventBatch { try await outbox.assignPositions(limit: 500) }

    func taken() async throws -> [Noted] {
        try await consumer.query("SELECT subject, number FROM taken ORDER BY id", scope: .none).map {
            Noted(subject: try $0["subject"], number: try $0["number"])
        }
    }

    var parked: ParkedEvents { ParkedEvents(database: consumer) }

    /// Runs the producer's side and the consumer's, until `body` is done.
    ///
    /// - Parameters:
    ///   - publishes: Whether the producer does; otherwise the consumer has to ask.
    ///   - release: Tells one release of the consumer from another.
    ///   - takesRenamed: Whether that release takes in `Renamed`; otherwise it does not know of it.
    ///   - replicas: How many consumers there are. Only the first hears what is published.
    ///   - body: What to do meanwhile.
    /// - Throws: What `body` throws.
    func run(
        publishes: Bool = true,
        release: String = "1",
        takesRenamed: Bool = false,
        replicas: Int = 1,
        _ body: () async throws -> Void
    ) async throws {
        let requests = try MeshAddress(parsing: "ipc://\(folder)/requests")
        let events = try MeshAddress(parsing: "ipc://\(folder)/events")
        let serving = MeshConfiguration(
            service: "producer",
            requestAddress: requests,
            eventAddress: events,
            keys: keys
        )
        let reading = MeshConfiguration(
            service: "consumer",
            peers: ["producer": MeshPeer(requests: [requests], events: [events])],
            keys: keys
        )
        let dispatcher = Dispatcher(
            lab: "producer",
            events: [Noted.self, Renamed.self, Ignored.self],
            database: producer,
            metrics: metrics
        )
        let server = try MeshServer(configuration: serving, logger: .silent) { [self] request in
            guard !isOut.load(ordering: .relaxed) else { throw CancellationError() }
            return await dispatcher.handle(request)
        }
        let client = try MeshClient(configuration: reading, logger: .silent)
        var handlers: [any EventHandler] = [handler]
        if takesRenamed { handlers.append(RenamedHandler()) }
        let selection = EventSelection(handlers, known: [Noted.self, Ignored.self])
        let consumers = (0..<replicas).map { _ in makeConsumer(release: release, selection, client) }
        var services: [any Service] = [client, server]
        services += consumers as [any Service]
        if publishes {
            let publisher = try EventPublisher(configuration: serving, logger: .silent)
            let relay = OutboxRelay(
                outbox: outbox,
                signal: OutboxSignal(),
                publisher: publisher,
                metrics: metrics,
                logger: .silent
            )
            let arrivals = consumers[0].arrivals
            let subscriber = try EventSubscriber(configuration: reading, producers: ["producer"], logger: .silent) {
                arrivals.receive($0)
            }
            services += [publisher, relay, subscriber] as [any Service]
        }
        let group = ServiceGroup(services: services, logger: .silent)
        async let running: Void = group.run()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        try await running
        try result.get()
    }

    private func makeConsumer(release: String, _ selection: EventSelection, _ client: MeshClient) -> EventConsumer {
        let figures = ConsumerFigures(metrics, producer: "producer")
        return EventConsumer(
            producer: "producer",
            release: release,
            selection: selection,
            cursors: ConsumerCursors(database: consumer),
            parked: parked,
            database: ServiceDatabase(consumer),
            client: client,
            arrivals: EventArrivals(lag: figures.lag),
            figures: figures,
            tracer: nil,
            logger: lines.logger,
            repairInterval: .milliseconds(200)
        )
    }

    func close() async {
        await producer.close()
        await consumer.close()
    }
}

func withEventLab(_ body: (EventLab) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
        try await withTestDatabase(services: EventLab.services) { database in
            let lab = try EventLab(database, folder: folder)
            do { try await body(lab) } catch {
                await lab.close()
                throw error
            }
            await lab.close()
        }
    }
}
