import Postgres
import TestKit

/// Runs a test in a database with an empty schema `halls`.
func withHalls(_ body: (TestDatabase) async throws -> Void) async throws {
    try await withTestDatabase(services: [TestService("halls", migrations: [])], body)
}

extension TestDatabase {
    /// Makes a migrator of `halls` that gives up a lock soon and tries again soon.
    ///
    /// - Parameters:
    ///   - migrations: Every step.
    ///   - log: Keeps what it reports.
    ///   - maximumWait: The time after which it gives up.
    /// - Returns: The migrator, of the role that owns the schema.
    func hallsMigrator(
        _ migrations: [Migration],
        _ log: LogLines = LogLines(),
        maximumWait: Duration = .seconds(300)
    ) -> Migrator {
        var limits = MigratorLimits()
        limits.lockTimeout = .milliseconds(400)
        limits.maximumPause = .milliseconds(400)
        limits.maximumWait = maximumWait
        return Migrator(
            configuration: ownerConfiguration(for: "halls"),
            schema: "halls",
            migrations: migrations,
            limits: limits,
            logger: log.logger
        )
    }

    /// The number that a statement of the superuser returns.
    func number(_ statement: SQL) async throws -> Int {
        try await with(Database(configuration: superuserConfiguration, logger: logger)) { database in
            try await database.one(statement, scope: .none)[0]
        }
    }

    /// The truth value that a statement of the superuser returns.
    func truth(_ statement: SQL) async throws -> Bool {
        try await with(Database(configuration: superuserConfiguration, logger: logger)) { database in
            try await database.one(statement, scope: .none)[0]
        }
    }

    /// Runs `body` while a superuser's transaction that has run `statement` stays open.
    ///
    /// - Parameters:
    ///   - statement: Takes what the transaction holds.
    ///   - body: Gets the gate that ends the transaction; it ends after `body` in any case.
    /// - Throws: What `body` or the statement throws.
    func holding(_ statement: SQL, _ body: (_ end: Gate) async throws -> Void) async throws {
        try await with(Database(configuration: superuserConfiguration, logger: logger)) { database in
            let (held, end) = (Gate(), Gate())
            async let holder: Void = database.transaction(scope: .none) { transaction in
                defer { held.open() }  // even when the statement fails, which `holder` throws then
                try await transaction.execute(statement)
                held.open()
                await end.pass()
            }
            await held.pass()
            do { try await body(end) } catch {
                end.open()
                throw error
            }
            end.open()
            try await holder
        }
    }

    /// Ends every connection of the migrators of `halls`, as their crash would.
    func endMigrators() async throws {
        _ = try await number(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE usename = 'halls_owner' AND datname = current_database()
            """
        )
    }
}
