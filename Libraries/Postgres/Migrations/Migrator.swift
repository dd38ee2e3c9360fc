public import Logging

/// Brings a service's schema to the state its program needs.
///
/// It runs as the role that owns the schema. Each step is one transaction that holds a lock of its own, so any number of
/// replicas may start at once. What was applied is recorded with a checksum in a table of that schema; the lock ends with
/// the transaction, as transaction pooling requires.
public struct Migrator: Sendable {
    private let configuration: PostgresConfiguration
    private let schema: String
    private let table: String
    private let migrations: [Migration]
    private let logger: Logger

    private var qualifiedTable: String { "\(schema.quotedIdentifier).\(table.quotedIdentifier)" }

    /// Describes what the schema has to be.
    ///
    /// - Parameters:
    ///   - configuration: How the owner of the schema connects.
    ///   - schema: The service's schema, which exists already.
    ///   - table: Where the applied steps are recorded; a second list of steps needs a second table.
    ///   - migrations: Every step there ever was.
    ///   - logger: Where each step is reported.
    public init(
        configuration: PostgresConfiguration,
        schema: String,
        table: String = "schema_migrations",
        migrations: [Migration],
        logger: Logger
    ) {
        self.configuration = configuration
        self.schema = schema
        self.table = table
        self.migrations = migrations.sorted { $0.version < $1.version }
        self.logger = logger
    }

    /// Applies, in order, what the database does not have.
    ///
    /// - Returns: The names of the steps that this call applied.
    /// - Throws: `PostgresError` of kind `migration` when an applied step has another text by now, or is unknown; otherwise
    ///   what the server says, and the failed step is undone.
    @discardableResult
    public func up() async throws -> [String] {
        try checkVersions()
        return try await steps { connection, applied in
            guard let next = migrations.first(where: { applied[$0.version] == nil }) else { return nil }
            try run(next.up, of: next, on: connection)
            try connection.query(
                """
                INSERT INTO \(raw: qualifiedTable) (version, name, checksum)
                VALUES (\(next.version), \(next.name), \(Self.checksum(of: "\(next.up)")))
                """
            )
            logger.info("Applied migration", metadata: ["migration": "\(next.name)", "schema": "\(schema)"])
            return next.name
        }
    }

    /// Undoes, last first, every step above a version.
    ///
    /// - Parameter version: The last step that stays; 0 undoes all.
    /// - Returns: The names of the steps that this call undid.
    /// - Throws: What `up` throws.
    @discardableResult
    public func down(to version: Int) async throws -> [String] {
        try checkVersions()
        return try await steps { connection, applied in
            if let newest = applied.keys.max(), newest > migrations.last?.version ?? 0, newest > version {
                throw PostgresError(.migration, "version \(newest) of \(schema) is newer than this program can undo")
            }
            guard let last = migrations.last(where: { $0.version > version && applied[$0.version] != nil }) else {
                return nil
            }
            try run(last.down, of: last, on: connection)
            try connection.query("DELETE FROM \(raw: qualifiedTable) WHERE version = \(last.version)")
            logger.info("Undid migration", metadata: ["migration": "\(last.name)", "schema": "\(schema)"])
            return last.name
        }
    }

    /// Every known step, and when it was applied.
    public func status() async throws -> [MigrationStatus] {
        try checkVersions()
        return try await Thread.run {
            let connection = try BlockingConnection(configuration)
            let exists = try connection.query("SELECT to_regclass(\(qualifiedTable)) IS NOT NULL").only()
            let applied = try exists[0] ? verified(on: connection) : [:]
            return migrations.map { .init(version: $0.version, name: $0.name, appliedAt: applied[$0.version]) }
        }
    }

    /// Tells whether the schema has every step of ours, none altered; works for a read-only role.
    ///
    /// - Throws: The same errors as `up`.
    public func isCurrent() async throws -> Bool {
        try await status().allSatisfy { $0.appliedAt != nil }
    }

    /// Repeats `step` in transactions of its own until it has nothing left to do.
    private func steps(
        _ step: @escaping @Sendable (borrowing BlockingConnection, [Int: PostgresTimestamp]) throws -> String?
    ) async throws -> [String] {
        try await Thread.run {
            let connection = try BlockingConnection(configuration)
            var names: [String] = []
            while let name = try connection.transaction({
                try prepare(connection)
                return try step(connection, try verified(on: connection))
            }) {
                names.append(name)
            }
            return names
        }
    }

    /// Waits for its turn, and makes sure that the table of steps is there.
    private func prepare(_ connection: borrowing BlockingConnection) throws {
        try connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(qualifiedTable), 0))")
        // Row-level security is forced on the owner too, and a step may have to change every tenant's rows.
        try connection.query(
            "SELECT set_config('search_path', \(schema.quotedIdentifier), true), set_config('app.tenant', '*', true)"
        )
        try connection.run(
            script: """
                CREATE TABLE IF NOT EXISTS \(qualifiedTable) (
                    version bigint PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                \(Self.protection(of: qualifiedTable))
                """
        )
    }

    /// Leaves everyone but the owner only the right to read the table of steps: a serving role must not be able to make
    /// the next start skip or repeat a step.
    private static func protection(of table: String) -> String {
        """
        DO $$
        DECLARE
            grantee text;
        BEGIN
            FOR grantee IN
                SELECT DISTINCT pg_get_userbyid(entry.grantee)
                FROM pg_class, aclexplode(relacl) AS entry
                WHERE oid = \(table.quotedLiteral)::regclass AND entry.grantee NOT IN (0, relowner)
                    AND entry.privilege_type <> 'SELECT'
            LOOP
                EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON %s FROM %I',
                    \(table.quotedLiteral), grantee);
            END LOOP;
        END
        $$
        """
    }

    /// When each step was applied, once it is certain that the recorded steps are the ones we know.
    private func verified(on connection: borrowing BlockingConnection) throws -> [Int: PostgresTimestamp] {
        let rows = try connection.query(
            """
            SELECT version, applied.name, applied_at, checksum = \(Self.checksum(of: "known.text")) AS is_unchanged
            FROM \(raw: qualifiedTable) AS applied
            LEFT JOIN unnest(\(migrations.map(\.version)), \(migrations.map(\.up))) AS known (version, text) USING (version)
            ORDER BY version
            """
        )
        var applied: [Int: PostgresTimestamp] = [:]
        for row in rows {
            let (version, name): (Int, String) = (try row["version"], try row["name"])
            let isUnchanged: Bool? = try row["is_unchanged"]
            switch isUnchanged {
            case true?:
                applied[version] = try row["applied_at"]
            case false?:
                throw PostgresError(.migration, "migration \(name) of \(schema) was edited after it had been applied")
            case nil where version > migrations.last?.version ?? 0:
                // A newer release has been here. It only ever adds what an older one can live with.
                applied[version] = try row["applied_at"]
            case nil:
                throw PostgresError(.migration, "migration \(name) of \(schema) was applied but is not known")
            }
        }
        return applied
    }

    private func run(_ script: String, of migration: Migration, on connection: borrowing BlockingConnection) throws {
        try connection.run(script: script)
        guard connection.isInTransaction else {
            throw PostgresError(.migration, "migration \(migration.name) ends its transaction itself")
        }
    }

    private func checkVersions() throws {
        for (one, next) in zip(migrations, migrations.dropFirst()) where one.version == next.version {
            throw PostgresError(.migration, "migrations \(one.name) and \(next.name) have the same number")
        }
    }

    /// PostgreSQL computes the checksums, so that this library needs no cryptography of its own.
    private static func checksum(of text: SQL) -> SQL {
        "encode(sha256(convert_to(\(text), 'UTF8')), 'hex')"
    }
}
