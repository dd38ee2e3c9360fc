package import Contracts
package import Logging
package import Mesh
package import Postgres

/// A service as its daemon assembles it, without a process: its owner brings the requests and carries its calls.
package struct ServiceInstance: Sendable {
    package let api: ServiceAPI
    package let database: ServiceDatabase
    package let caller: ServiceCaller
    package let handlers: [any OperationHandler]
    let dispatcher: Dispatcher
    let outbox: Outbox
    let consumers: [EventConsumer]

    /// Answers a request as the daemon's server does.
    package func handle(_ request: MeshRequest) async -> MeshReply { await dispatcher.handle(request) }

    /// Numbers the events that wait in the outbox, as the relay does.
    ///
    /// - Returns: The number of events.
    /// - Throws: `PostgresError`.
    package func numberEvents() async throws -> Int { try await outbox.assignPositions(limit: .max).events.count }

    /// Takes in the events of some services, once.
    ///
    /// - Parameter producers: The services that answer.
    /// - Throws: `ServiceError` of a producer, `MeshError`, `PostgresError`.
    package func takeInEvents(of producers: Set<String>) async throws {
        for consumer in consumers where producers.contains(consumer.producer) { try await consumer.catchUp() }
    }
}

extension Daemon {
    /// Assembles the service in this process.
    ///
    /// - Parameters:
    ///   - environment: The daemon's own variables.
    ///   - database: Logged in as the service's role.
    ///   - transport: Carries its calls and what it pulls.
    ///   - logger: For what no handler expected.
    /// - Returns: The service, with the handlers and consumers that the daemon has.
    /// - Throws: `SettingsError` for faulty variables, and what the assembly throws.
    package func instance(
        environment: [String: String] = [:],
        on database: Database,
        over transport: any ServiceTransport,
        logger: Logger
    ) async throws -> ServiceInstance {
        let settings = Settings(environment: environment)
        let configuration = configure(settings)
        let neighbours = neighbours(settings)
        try settings.finish()
        let metrics = Metrics()
        let caller = ServiceCaller(over: transport, to: neighbours.peers, metrics: metrics)
        let kit = DaemonKit(
            service: service,
            database: ServiceDatabase(database, refusals: refusals),
            caller: caller,
            gatherer: Gatherer(caller: caller, services: neighbours.asked),
            metrics: metrics,
            tracer: nil,
            logger: logger
        )
        let parts = try await assemble(kit, configuration)
        return ServiceInstance(
            api: api,
            database: kit.database,
            caller: kit.caller,
            handlers: parts.handlers,
            dispatcher: Dispatcher(
                api,
                version: buildVersion,
                handlers: parts.handlers,
                database: database,
                metrics: metrics,
                tracer: nil,
                logger: logger
            ),
            outbox: Outbox(service: service, database: database),
            consumers: eventConsumers(of: parts, kit, over: transport, noticesOf: neighbours.notified)
        )
    }
}
