import Contracts
import Logging
import Mesh
import Synchronization

/// A service on the real mesh whose operations the test answers itself.
final class PeerService: Sendable {
    let name: String
    let addresses: MeshPeer
    private let server: MeshServer
    private let publisher: EventPublisher
    private let publishing: Task<Void, any Error>
    private let outbox: Outbox
    private let log = Log()

    /// What the service was asked.
    private final class Log: Sendable {
        let requests = Mutex<[MeshRequest]>([])
    }

    /// Everything that the service has published, as its outbox keeps it.
    private final class Outbox: Sendable {
        let events = Mutex<[MeshEvent]>([])

        func batch(after position: Int64, limit: Int) -> EventBatch {
            events.withLock { events in
                let rest = events.filter { $0.position > position }.prefix(limit)
                return EventBatch(epoch: "e1", lastPosition: Int64(events.count), events: Array(rest))
            }
        }
    }

    init(
        _ name: String,
        folder: String,
        key: [UInt8],
        operations: [any ServiceOperation.Type],
        handler: @escaping @Sendable (MeshRequest) async throws -> MeshReply
    ) throws {
        let requests = try MeshAddress(parsing: "ipc://\(folder)/\(name)")
        let events = try MeshAddress(parsing: "ipc://\(folder)/\(name).events")
        let configuration = try MeshConfiguration(
            service: name,
            requestAddress: requests,
            eventAddress: events,
            keys: MeshKeys(primary: key)
        )
        let description = ServiceDescription(of: ServiceAPI(name, operations: operations), version: "test").jsonBytes
        let outbox = Outbox()
        let log = log
        let logger = Logger(label: name) { _ in SwiftLogNoOpLogHandler() }
        server = try MeshServer(configuration: configuration, logger: logger) { request in
            switch request.operation {
            case "mesh.describe": return MeshReply(body: description)
            case "mesh.health": return MeshReply()
            case "events.pull":
                let body = try JSONParser.parse(request.body)
                let batch = outbox.batch(
                    after: Int64(body["after"]?.intValue ?? 0),
                    limit: body["limit"]?.intValue ?? 1
                )
                return MeshReply(contentType: "application/protobuf", body: batch.encoded())
            default:
                log.requests.withLock { $0.append(request) }
                return try await handler(request)
            }
        }
        let publisher = try EventPublisher(configuration: configuration, logger: logger)
        publisher.announce(position: 0, epoch: "e1")
        publishing = Task { try await publisher.run() }
        try server.start()
        self.name = name
        self.publisher = publisher
        self.outbox = outbox
        addresses = MeshPeer(requests: [requests], events: [events])
    }

    /// The calls of an operation so far.
    func requests(of operation: any ServiceOperation.Type) -> [MeshRequest] {
        log.requests.withLock { $0.filter { $0.operation == operation.contract.name } }
    }

    /// Says that something happened; when it is lost on the fast path, only the outbox has it.
    func publish(_ event: some ServiceEvent, isLost: Bool = false) {
        let message = outbox.events.withLock { events in
            let message = MeshEvent(
                id: "\(EventID())",
                source: name,
                type: type(of: event).type,
                time: Timestamp.now().description,
                aggregate: event.aggregate,
                position: Int64(events.count + 1),
                epoch: "e1",
                data: event.jsonBytes
            )
            events.append(message)
            return message
        }
        if isLost { publisher.announce(position: message.position, epoch: "e1") } else { publisher.publish(message) }
    }

    func stop() async {
        publishing.cancel()
        publisher.close()
        await server.drain(for: .milliseconds(100))
    }
}
