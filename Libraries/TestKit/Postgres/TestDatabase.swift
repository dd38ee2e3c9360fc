import Logging
public import Postgres
import Synchronization

/// A service whose schema a test needs.
public struct TestService: Sendable {
    let name: String
    let migrators: @Sendable (PostgresConfiguration, Logger) -> [Migrator]
    /// What tells its schema from another's: the text of every migration.
    fileprivate let identity: [String]

    /// A service with its own migrations, recorded in `table`.
    public init(_ name: String, migrations: [Migration], table: String = "schema_migrations") {
        self.init(name, lists: [(table, migrations)])
    }

    /// A service with several lists of migrations, applied in this order.
    public init(_ name: String, lists: [(table: String, migrations: [Migration])]) {
        self.name = name
        identity = [name] + lists.flatMap { [$0.table] + $0.migrations.flatMap { [$0.name, $0.up] } }
        migrators = { configuration, logger in
            lists.map { list in
                Migrator(
                    configuration: configuration,
                    schema: name,
                    table: list.table,
                    migrations: list.migrations,
                    logger: logger
                )
            }
        }
    }
}

/// A database that belongs to one test, with the services' roles, schemas and row-level security as in production.
public struct TestDatabase: Sendable {
    /// The name in the cluster.
    public let name: String
    /// How the superuser connects to it.
    public let superuserConfiguration: PostgresConfiguration
    private let cluster: TestCluster

    /// How a service connects: as the role that row-level security applies to.
    public func configuration(for service: String) -> PostgresConfiguration {
        var configuration = superuserConfiguration
        configuration.user = service
        configuration.password = Self.password
        return configuration
    }

    /// How a service migrates: as the role that owns its schema.
    public func ownerConfiguration(for service: String) -> PostgresConfiguration {
        configuration(for: service + "_owner")
    }

    /// Makes a migrator of a service's schema in this database, as the role that owns it.
    ///
    /// - Parameters:
    ///   - service: The service's name, which is its schema's.
    ///   - migrations: All migrations of the service, in order.
    /// - Returns: A migrator that logs nothing.
    public func migrator(of service: String, _ migrations: [Migration]) -> Migrator {
        Migrator(
            configuration: ownerConfiguration(for: service),
            schema: service,
            migrations: migrations,
            logger: .silent
        )
    }

    /// Makes a database with the services' migrated schemas.
    ///
    /// The first call of a run migrates a template; every call copies it, which takes some 25 ms.
    public static func make(services: [TestService] = []) async throws -> TestDatabase {
        let cluster = try TestCluster.shared
        let template = try await Templates.shared.name(of: services, in: cluster)
        let name = "test_\(nextNumber.add(1, ordering: .relaxed).newValue)"
        try await provisioner(cluster).copy(database: template, to: name)
        return TestDatabase(name, in: cluster)
    }

    /// Removes the database; connections to it are closed by the server.
    public func drop() async throws {
        try await Self.provisioner(cluster).drop(database: name)
    }

    fileprivate init(_ name: String, in cluster: TestCluster) {
        self.name = name
        self.cluster = cluster
        var configuration = cluster.superuser
        configuration.database = name
        // Many tests share few cores, so a slow statement is no fault of the test's.
        configuration.queryTimeout = .seconds(180)
        configuration.connectTimeout = .seconds(60)  // dozens of tests make their databases at the same time
        configuration.transactionTimeout = .seconds(180)
        superuserConfiguration = configuration
    }

    fileprivate static let password = "test"
    private static let nextNumber = Atomic(0)
    fileprivate static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    fileprivate static func provisioner(_ cluster: TestCluster) -> DatabaseProvisioner {
        DatabaseProvisioner(superuser: cluster.superuser, logger: logger)
    }
}

/// Runs a test in a database of its own, and removes it afterwards.
public func withTestDatabase<R>(
    services: [TestService] = [],
    _ body: (TestDatabase) async throws -> R
) async throws -> R {
    let database = try await TestDatabase.make(services: services)
    do {
        let result = try await body(database)
        try await database.drop()
        return result
    } catch {
        try? await database.drop()  // the failure of the test says more
        throw error
    }
}

/// The migrated databases that tests copy: each is made once, by the first test that needs it.
private actor Templates {
    static let shared = Templates()
    private var templates: [[String]: Task<String, any Error>] = [:]

    func name(of services: [TestService], in cluster: TestCluster) async throws -> String {
        let identity = services.flatMap(\.identity)
        if let template = templates[identity] { return try await template.value }
        let name = "template_\(templates.count)"
        // A task of its own, because the test that asked first may be cancelled while others wait.
        let task = Task {
            let roles = services.map {
                ServiceRole(name: $0.name, ownerPassword: TestDatabase.password, password: TestDatabase.password)
            }
            try await TestDatabase.provisioner(cluster).provision(database: name, services: roles)
            let template = TestDatabase(name, in: cluster)
            for service in services {
                let owner = template.ownerConfiguration(for: service.name)
                for migrator in service.migrators(owner, TestDatabase.logger) { try await migrator.up() }
            }
            return name
        }
        templates[identity] = task
        return try await task.value
    }
}

/// Hands a database to `body` and closes it afterwards.
///
/// - Parameters:
///   - configuration: As whom to connect, and where to.
///   - body: What to do with it.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withDatabase<Value>(
    _ configuration: PostgresConfiguration,
    _ body: (Database) async throws -> Value
) async throws -> Value {
    let database = Database(configuration: configuration, logger: .silent)
    let result = await Result { try await body(database) }
    await database.close()
    return try result.get()
}
