public import Logging

/// Brings a service's schema to the state its program needs.
///
/// It runs as the role that owns the schema, over a connection of its own to PostgreSQL itself. A lock lets one
/// migrator of a schema work at a time, so any number of replicas may start at once. Each step is a transaction, unless
/// its file says otherwise (`MigrationScript.Mode`). What was applied is recorded with a checksum in a table of that
/// schema.
///
/// A step that does not get a lock within `MigratorLimits.lockTimeout` is rolled back and tried again, so that others
/// wait for it no longer than that.
public struct Migrator: Sendable {
    private let configuration: PostgresConfiguration
    private let schema: String
    private let table: String
    private let migrations: [Migration]
    private let limits: MigratorLimits
    private let logger: Logger

    /// Describes what the schema has to be.
    ///
    /// - Parameters:
    ///   - configuration: How the owner of the schema connects.
    ///   - schema: The service's schema, which exists already.
    ///   - table: Where the applied steps are recorded; a second list of steps needs a second table.
    ///   - migrations: Every step there ever was.
    ///   - limits: The times for which it waits for others.
    ///   - logger: Where each step is reported.
    public init(
        configuration: PostgresConfiguration,
        schema: String,
        table: String = "schema_migrations",
        migrations: [Migration],
        limits: MigratorLimits = MigratorLimits(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.schema = schema
        self.table = table
        self.migrations = migrations.sorted { $0.version < $1.version }
        self.limits = limits
        self.logger = logger
    }

    /// Applies, in order, what the database does not have.
    ///
    /// - Returns: The names of the steps that this call applied.
    /// - Throws: `PostgresError` of kind `migration` when the applied steps are not those that this program knows, or
    ///   somebody held a lock for too long; otherwise what the server says. The failed step is undone, or continued by
    ///   the next call if it runs in batches or concurrently.
    @discardableResult
    public func up() async throws -> [String] {
        try await withSession { session in
            let applied = try session.applied(of: migrations)
            report(applied.newer)
            let missing = migrations.filter { applied.times[$0.version] == nil }
            for migration in missing { try session.apply(migration) }
            return missing.map(\.name)
        }
    }

    /// Undoes, last first, every step above a version in that version's series.
    ///
    /// ServiceKit's steps, which are numbered from 9001, stay when a service's own are undone, and the other way
    /// around.
    ///
    /// - Parameter version: The last step that stays; 0 undoes the service's own, 9000 those of ServiceKit.
    /// - Returns: The names of the steps that this call undid.
    /// - Throws: What `up` throws, and `PostgresError` of kind `migration` when a newer release applied a step above
    ///   it.
    @discardableResult
    public func down(to version: Int) async throws -> [String] {
        let series = Migration.series(of: version)
        return try await withSession { session in
            let applied = try session.applied(of: migrations)
            if let newest = applied.newer.keys.filter({ series.contains($0) && $0 > version }).max() {
                throw PostgresError(
                    .migration,
                    "version \(newest) of \(schema) is newer than this program can undo: use the newer release"
                )
            }
            let undone = migrations.reversed().filter { migration in
                series.contains(migration.version) && migration.version > version
                    && applied.times[migration.version] != nil
            }
            for migration in undone { try session.undo(migration) }
            return undone.map(\.name)
        }
    }

    /// Every known step, and when it was applied.
    public func status() async throws -> [MigrationStatus] {
        let times = try await applied().times
        return migrations.map { .init(version: $0.version, name: $0.name, appliedAt: times[$0.version]) }
    }

    /// Tells whether the schema has every step of ours, none altered; works for a read-only role.
    ///
    /// - Throws: The same errors as `up`.
    public func isCurrent() async throws -> Bool {
        let applied = try await applied()
        guard migrations.allSatisfy({ applied.times[$0.version] != nil }) else { return false }
        report(applied.newer)
        return true
    }

    private func applied() async throws -> MigrationSession.Applied {
        try checkMigrations()
        return try await Thread.run { try session(observedBy: watch()).applied(of: migrations) }
    }

    /// Runs `body` on a thread of its own with a session that no other migrator of the schema has beside it.
    private func withSession<R: Sendable>(
        _ body: @escaping @Sendable (MigrationSession) throws -> R
    ) async throws -> R {
        try checkMigrations()
        let watch = watch()
        return try await watch.during {
            try await Thread.run {
                let session = try session(observedBy: watch)
                try session.prepare()
                return try body(session)
            }
        }
    }

    private func watch() -> LockWatch {
        LockWatch(configuration, interval: limits.lockTimeout / 8, logger: logger)
    }

    private func session(observedBy watch: LockWatch) throws -> MigrationSession {
        try MigrationSession(
            configuration,
            schema: schema,
            table: "\(schema.quotedIdentifier).\(table.quotedIdentifier)",
            limits: limits,
            watch: watch,
            logger: logger
        )
    }

    /// Says that the schema is of a newer release than this one.
    private func report(_ newer: [Int: String]) {
        guard !newer.isEmpty else { return }
        let names = newer.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ")
        logger.notice(
            "The schema has migrations of a newer release",
            metadata: ["schema": "\(schema)", "migrations": "\(names)"]
        )
    }

    /// Finds what is wrong with the steps by themselves, before anything is applied.
    private func checkMigrations() throws {
        for (one, next) in zip(migrations, migrations.dropFirst()) where one.version == next.version {
            throw PostgresError(.migration, "migrations \(one.name) and \(next.name) have the same number")
        }
        for migration in migrations {
            _ = try MigrationScript(migration.up, of: "\(migration.name).up.sql")
            _ = try MigrationScript(migration.down, of: "\(migration.name).down.sql")
        }
    }
}
