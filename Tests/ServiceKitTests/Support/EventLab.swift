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

/// Takes `Noted` in, in the consumer's table, and fails for subjects that it is told to.
final class NotedHandler: EventHandler {
    struct Refused: Error, CustomStringConvertible {
        let description = "the subject is refused"
    }

    private let refused = Mutex<Set<String>>([])

    func refuse(_ subjects: Set<String>) { refused.withLock { $0 = subjects } }

    func handle(_ event: Noted, metadata: EventMetadata, in transaction: ServiceTransaction) async throws {
        try await transaction.execute(
            "INSERT INTO taken (subject, number) VALUES (\(event.subject), \(event.number))"
        )
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

    func emit(_ events: Noted...) async throws {
        for event in events {
            let context = RequestContext.system("producer", logger: .silent)
            try await ServiceDatabase(producer).transaction(context, scope: TenantScope.none) {
                try await $0.emit(event, tenant: nil)
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

    /// Runs the producer's side and the consumer's, until `body` is done; unless it `publishes`, the consumer has to ask.
    func run(publishes: Bool = true, _ body: () async throws -> Void) async throws {
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
            service: "producer",
            version: "1",
            handlers: [],
            events: [Noted.self],
            database: producer,
            metrics: metrics,
            tracer: nil,
            logger: .silent
        )
        let server = try MeshServer(configuration: serving, logger: .silent) { [self] request in
            guard !isOut.load(ordering: .relaxed) else { throw CancellationError() }
            return await dispatcher.handle(request)
        }
        let client = try MeshClient(configuration: reading, logger: .silent)
        let figures = ConsumerFigures(metrics, producer: "producer")
        let consumer = EventConsumer(
            producer: "producer",
            handlers: [Noted.type: handler],
            cursors: ConsumerCursors(database: consumer),
            parked: parked,
            database: ServiceDatabase(consumer),
            client: client,
            arrivals: EventArrivals(lag: figures.lag),
            figures: figures,
            tracer: nil,
            logger: lines.logger
        )
        var services: [any Service] = [client, server, consumer]
        if publishes {
            let publisher = try EventPublisher(configuration: serving, logger: .silent)
            let relay = OutboxRelay(
                outbox: outbox,
                signal: OutboxSignal(),
                publisher: publisher,
                metrics: metrics,
                logger: .silent
            )
            let subscriber = try EventSubscriber(configuration: reading, producers: ["producer"], logger: .silent) {
                consumer.arrivals.receive($0)
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
