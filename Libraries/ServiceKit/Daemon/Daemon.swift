public import Contracts
import Glibc
import Logging
import Loops
import Mesh
public import Postgres
import ServiceLifecycle
import Telemetry
import UnixSignals

/// A daemon's life: variables, migrations, start, readiness, and an orderly end.
public struct Daemon<Configuration: Sendable>: Sendable {
    package let api: ServiceAPI
    let calls: [String]
    let asked: [String]
    let askedVariable: String?
    let producers: [ServiceAPI]
    let noticeProducers: [String]
    package let migrations: [Migration]
    let refusals: Refusals
    let configure: @Sendable (Settings) -> Configuration
    let assemble: @Sendable (DaemonKit, Configuration) async throws -> DaemonParts

    /// - Parameters:
    ///   - api: The service's operations and events; the schema and the role have its name too.
    ///   - calls: The services whose own operations it calls; these calls form no cycle.
    ///   - asked: The services whose reserved operations it calls, such as for access to their entities.
    ///   - askedVariable: The variable that can name others to ask, separated by commas; `nil` for a fixed list.
    ///   - producers: The services whose events it reads. An event of a type that this release does not know is kept for
    ///     a release that does.
    ///   - noticeProducers: The services whose facts it notifies people of unless `NOTICES_FROM` names others; empty in a
    ///     daemon that notifies nobody.
    ///   - migrations: Its own tables; what ServiceKit needs comes before them.
    ///   - refusals: The refusals for violated constraints of its tables.
    ///   - configure: Reads the daemon's own variables.
    ///   - assemble: Makes its handlers.
    public init(
        _ api: ServiceAPI,
        calls: [String] = [],
        asks asked: [String] = [],
        unlessSet askedVariable: String? = nil,
        reads producers: [ServiceAPI] = [],
        notifiesFor noticeProducers: [String] = [],
        migrations: [Migration],
        refusals: Refusals = [:],
        configure: @escaping @Sendable (Settings) -> Configuration,
        assemble: @escaping @Sendable (DaemonKit, Configuration) async throws -> DaemonParts
    ) {
        self.api = api
        self.calls = calls
        self.asked = asked
        self.askedVariable = askedVariable
        self.producers = producers
        self.noticeProducers = noticeProducers
        self.migrations = serviceKitMigrations + migrations
        self.refusals = refusals
        self.configure = configure
        self.assemble = assemble
    }

    var service: String { api.service }

    /// Does what the command line asks for, and ends the process with `EX_CONFIG` for faulty variables.
    public func main() async {
        await runCommand(service, calls: calls, variables: { _ = variables($0) }) { command throws in
            switch command {
            case .run: try await run()
            case .migrate: try await migrator(Settings()).up()
            case .rollback(let version): try await migrator(Settings()).down(to: version)
            case .events(let command): try await run(command)
            }
        }
    }

    private func run(_ command: EventsCommand) async throws {
        let settings = Settings()
        let configuration = PostgresConfiguration(settings, service: service)
        try settings.finish()
        let database = Database(configuration: configuration, logger: Logger.daemon(service, level: .info))
        let result = await Result.async { try await command.run(ParkedEvents(database: database)) }
        await database.close()
        print(try result.get())
    }

    private func migrator(_ settings: Settings) throws -> Migrator {
        let configuration = PostgresConfiguration.migration(settings, service: service)
        if configuration == nil {
            _ = settings.string(
                "POSTGRES_MIGRATION_URL",
                "a postgresql:// URL of the role that owns the service's schema"
            )
        }
        try settings.finish()
        return migrator(configuration ?? PostgresConfiguration(url: ""), Logger.daemon(service, level: .info))
    }

    private func migrator(_ configuration: PostgresConfiguration, _ logger: Logger) -> Migrator {
        Migrator(configuration: configuration, schema: Self.schema(of: service), migrations: migrations, logger: logger)
    }

    /// Brings the schema up to date, as soon as the database lets its owner in: it may start together with the daemon, and
    /// get the role's new password a moment after it.
    private func migrate(_ owner: PostgresConfiguration, _ logger: Logger) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                _ = try await migrator(owner, logger).up()
                return
            } catch let error as PostgresError where error.kind == .connectionFailed && .now < deadline {
                logger.warning("Waiting for the database", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Waits until the schema's owner has migrated it, if this daemon itself may not.
    ///
    /// - Throws: The remaining fault after two minutes, so that the process ends and reports it.
    private func waitForSchema(_ configuration: PostgresConfiguration, _ logger: Logger) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do {
                if try await migrator(configuration, logger).isCurrent() { return }
                guard .now < deadline else { throw SchemaOutOfDate(service: service) }
                logger.warning("Waiting for the schema's migrations")
            } catch let error as PostgresError where error.kind == .connectionFailed && .now < deadline {
                logger.warning("Waiting for the database", metadata: ["error": "\(error)"])
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// `id_parser` for `id-parser`: a name that SQL need not quote.
    public static func schema(of service: String) -> String { service.replacing("-", with: "_") }

    /// All variables of the daemon.
    private struct Variables {
        let common: DaemonSettings
        let postgres: PostgresConfiguration
        let owner: PostgresConfiguration?
        let mesh: MeshConfiguration
        let neighbours: Neighbours
        let own: Configuration
    }

    private func variables(_ settings: Settings) -> Variables {
        let common = DaemonSettings(settings)
        let postgres = PostgresConfiguration(settings, service: service)
        let owner = PostgresConfiguration.migration(settings, service: service)
        let neighbours = neighbours(settings)
        var mesh = MeshConfiguration(
            settings,
            service: service,
            version: buildVersion,
            peers: neighbours.peers,
            producers: neighbours.producers,
            serves: true
        )
        mesh.limits.drainTimeout = common.drainTimeout
        return Variables(
            common: common,
            postgres: postgres,
            owner: owner,
            mesh: mesh,
            neighbours: neighbours,
            own: configure(settings)
        )
    }

    private func run() async throws {
        let settings = Settings()
        let variables = variables(settings)
        try settings.finish()

        let logger = Logger.daemon(service, level: variables.common.logLevel)
        if let owner = variables.owner {
            try await migrate(owner, logger)
        } else {
            try await waitForSchema(variables.postgres, logger)
        }
        let metrics = Metrics()
        let tracer = variables.common.tracing.tracer(for: service, logger: logger)
        var postgres = variables.postgres
        postgres.observer = StatementObserver(metrics: metrics, tracer: tracer).observe
        let loop = Loop(name: service, logger: logger)
        let database = Database(configuration: postgres, logger: logger, loop: loop)
        try await database.requireLoginRole(in: Self.schema(of: service), logger: logger)
        let client = try MeshClient(configuration: variables.mesh, logger: logger, loop: loop)
        let caller = ServiceCaller(client: client, metrics: metrics, tracer: tracer)
        let kit = DaemonKit(
            service: service,
            database: ServiceDatabase(database, refusals: refusals),
            caller: caller,
            gatherer: Gatherer(caller: caller, services: variables.neighbours.asked),
            metrics: metrics,
            tracer: tracer,
            logger: logger
        )
        metrics.observe(client)
        let parts = try await assemble(kit, variables.own)
        try await serve(kit, parts, client, loop, variables)
    }

    /// Starts everything in the order in which one part needs another, and ends it in reverse.
    ///
    /// All parts share the loop, and handlers run on it.
    private func serve(
        _ kit: DaemonKit,
        _ parts: DaemonParts,
        _ client: MeshClient,
        _ loop: Loop,
        _ variables: Variables
    ) async throws {
        let (mesh, common) = (variables.mesh, variables.common)
        let database = kit.database.database
        let dispatcher = Dispatcher(
            api,
            version: mesh.version,
            handlers: parts.handlers,
            database: database,
            metrics: kit.metrics,
            tracer: kit.tracer,
            logger: kit.logger
        )
        let server = try MeshServer(configuration: mesh, logger: kit.logger, loop: loop) {
            await dispatcher.handle($0)
        }
        let publisher = try EventPublisher(configuration: mesh, logger: kit.logger)
        let relay = OutboxRelay(
            outbox: Outbox(service: service, database: database),
            signal: kit.database.outboxSignal,
            publisher: publisher,
            metrics: kit.metrics,
            logger: kit.logger
        )
        let logger = kit.logger
        UnreadableRows.shared.follow { fault in
            logger.error("A stored row can't be read", metadata: ["fault": "\(fault)"])
        }
        logger.logClockSteps()
        kit.metrics.followProcess()
        kit.metrics.follow(loop)
        kit.metrics.follow(database)
        kit.metrics.follow(client)
        kit.metrics.follow(server)
        let consumers = try eventServices(
            of: eventConsumers(of: parts, kit, over: client, noticesOf: variables.neighbours.notified),
            loop,
            mesh,
            kit.logger
        )
        var services: [any Service] = []
        if let address = common.adminAddress {
            // First, and so the last to end: until then it says that this daemon lives and takes nothing new.
            services.append(
                AdminServer(
                    address: address,
                    metrics: kit.metrics,
                    obstacle: {
                        if server.isDraining { return "it is about to end" }
                        do { try await database.ping(timeout: .seconds(2)) } catch { return "\(error)" }
                        return nil
                    },
                    notes: { consumers.figures.compactMap(\.note) },
                    isStuck: { loop.presentTurn > .seconds(30) },
                    logger: kit.logger
                )
            )
        }
        if let tracer = kit.tracer {
            kit.metrics.follow(tracer)
            services.append(tracer)
        }
        services += [database, client, publisher, relay] as [any Service]
        services += consumers.services
        services += parts.services
        let tables = serviceKitTables + parts.tables
        services.append(Retention(of: tables, in: database, metrics: kit.metrics, logger: kit.logger))
        services.append(server)
        var group = ServiceGroupConfiguration(
            services: services.map { OnLoop(service: $0, loop: loop) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: kit.logger
        )
        group.maximumGracefulShutdownDuration = common.endTimeout
        // Then the process crashes: nothing on a loop that is stuck ends by itself.
        group.maximumCancellationDuration = .seconds(3)
        kit.logger.info("Ready", metadata: ["version": "\(mesh.version)", "operations": "\(parts.handlers.count)"])
        try await ServiceGroup(configuration: group).run()
        kit.logger.info("Stopped")
    }
}

extension Daemon where Configuration == Void {
    /// A daemon without variables of its own.
    public init(
        _ api: ServiceAPI,
        calls: [String] = [],
        asks asked: [String] = [],
        reads producers: [ServiceAPI] = [],
        migrations: [Migration],
        refusals: Refusals = [:],
        assemble: @escaping @Sendable (DaemonKit) async throws -> DaemonParts
    ) {
        self.init(
            api,
            calls: calls,
            asks: asked,
            reads: producers,
            migrations: migrations,
            refusals: refusals,
            configure: { _ in }
        ) { kit, _ in try await assemble(kit) }
    }
}

/// A service on the daemon's loop, so that what follows from a request, such as its events, changes no thread either.
///
/// The group that holds the services does not run there: it has to end them even if the loop is stuck.
private struct OnLoop: Service, CustomStringConvertible {
    let service: any Service
    let loop: Loop

    var description: String { "\(service)" }

    func run() async throws {
        try await withTaskExecutorPreference(loop) { try await service.run() }
    }
}

/// The schema is out of date, and this daemon may not migrate it.
private struct SchemaOutOfDate: Error, CustomStringConvertible {
    let service: String

    var description: String {
        "The schema lacks migrations: run \"\(service) migrate\" with POSTGRES_MIGRATION_URL, or give the daemon that variable"
    }
}

extension Result where Failure == any Error {
    fileprivate static func async(_ body: () async throws -> Success) async -> Self {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
