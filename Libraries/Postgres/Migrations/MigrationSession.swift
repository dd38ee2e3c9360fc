import Logging

/// A migrator's connection, and what happens on it.
///
/// Every call blocks: use it within `Thread.run`. Its lock and settings outlive transactions, so the connection must
/// lead to PostgreSQL itself and not to a pooler in transaction mode.
final class MigrationSession {
    /// The steps that a database has.
    struct Applied: Sendable {
        /// When each known step was applied.
        var times: [Int: PostgresTimestamp] = [:]
        /// The names of steps that only newer releases know.
        var newer: [Int: String] = [:]
    }

    private let connection: BlockingConnection
    private let schema: String
    private let table: String
    private let limits: MigratorLimits
    private let watch: LockWatch
    private let logger: Logger
    private var process: Int32 = 0

    /// The number of batches between two lines in the log.
    private static let batchesPerReport = 100
    /// The maximum number of batches of a statement, so that one that changes the same rows for ever is found.
    private static let maximumBatches = 1_000_000

    /// Connects.
    ///
    /// - Parameters:
    ///   - configuration: The connection of the schema's owner.
    ///   - schema: The service's schema.
    ///   - table: The quoted name of the table of steps, with its schema.
    ///   - limits: The times for which it waits for others.
    ///   - watch: Hears of each step.
    ///   - logger: Where each step is reported.
    /// - Throws: `PostgresError` of kind `connectionFailed`.
    init(
        _ configuration: PostgresConfiguration,
        schema: String,
        table: String,
        limits: MigratorLimits,
        watch: LockWatch,
        logger: Logger
    ) throws {
        connection = try BlockingConnection(configuration)
        self.schema = schema
        self.table = table
        self.limits = limits
        self.watch = watch
        self.logger = logger
    }

    /// Waits until no other migrator works on the schema, and makes sure that the table of steps is there.
    func prepare() throws {
        process = try connection.query("SELECT pg_backend_pid()").only()[0]
        try lock()
        try configure(lockTimeout: limits.lockTimeout)
        try waiting(limits.lockTimeout, for: "of the table of steps") {
            try connection.run(
                script: """
                    CREATE TABLE IF NOT EXISTS \(table) (
                        version bigint PRIMARY KEY,
                        name text NOT NULL,
                        checksum text NOT NULL,
                        applied_at timestamptz NOT NULL DEFAULT now()
                    );
                    \(Self.protection(of: table))
                    """
            )
        }
    }

    /// Runs a step's `up` and records it.
    func apply(_ migration: Migration) throws {
        try run(
            migration.up,
            of: migration,
            recordedBy: """
                INSERT INTO \(raw: table) (version, name, checksum)
                VALUES (\(migration.version), \(migration.name), \(Self.checksum(of: "\(migration.up)")))
                """
        )
        logger.info("Applied migration", metadata: ["migration": "\(migration.name)", "schema": "\(schema)"])
    }

    /// Runs a step's `down` and forgets it.
    func undo(_ migration: Migration) throws {
        try run(
            migration.down,
            of: migration,
            recordedBy: "DELETE FROM \(raw: table) WHERE version = \(migration.version)"
        )
        logger.info("Undid migration", metadata: ["migration": "\(migration.name)", "schema": "\(schema)"])
    }

    // MARK: - Steps

    private func run(_ text: String, of migration: Migration, recordedBy record: SQL) throws {
        let script = try MigrationScript(text, of: migration.name)
        watch.begin(migration.name, process: process)
        defer { watch.end() }
        switch script.mode {
        case .transaction:
            try configure(lockTimeout: limits.lockTimeout)
            try waiting(limits.lockTimeout, for: migration.name) {
                try connection.transaction {
                    try connection.run(script: script.text)
                    guard connection.isInTransaction else {
                        throw PostgresError(.migration, "migration \(migration.name) ends its transaction itself")
                    }
                    try connection.query(record)
                }
            }
        case .concurrently:
            for statement in script.statements { try runConcurrently(statement, of: migration) }
            try connection.query(record)
        case .batched:
            try configure(lockTimeout: limits.lockTimeout)
            for statement in script.statements { try runInBatches(statement, of: migration) }
            try connection.query(record)
        }
    }

    /// Builds or drops one index, beside everybody else's reads and writes.
    ///
    /// It waits for the transactions of others, and nobody waits for it meanwhile: its lock has the longer limit.
    private func runConcurrently(_ statement: SQLStatement, of migration: Migration) throws {
        let index = statement.createdIndex.map { "\(schema.quotedIdentifier).\($0.quotedIdentifier)" }
        do {
            try configure(lockTimeout: limits.maximumWait)
            try waiting(limits.maximumWait, for: migration.name) {
                if let index { try dropIfInvalid(index) }
                try connection.run(script: statement.text)
            }
        } catch {
            // What is left of a unique index would go on refusing rows. It may be in use still, so that this fails,
            // too: then the next start does it, and the first error says more.
            try? configure(lockTimeout: limits.lockTimeout)
            if let index { try? dropIfInvalid(index) }
            throw error
        }
    }

    /// Drops an index that a build left unfinished, which `IF NOT EXISTS` would take for a whole one.
    private func dropIfInvalid(_ index: String) throws {
        let isInvalid: Bool = try connection.query(
            "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(\(index)) AND NOT indisvalid)"
        ).only()[0]
        guard isInvalid else { return }
        logger.notice("Dropping an index whose build did not end", metadata: ["index": "\(index)"])
        try connection.run(script: "DROP INDEX CONCURRENTLY IF EXISTS \(index)")
    }

    private func runInBatches(_ statement: SQLStatement, of migration: Migration) throws {
        let sql = SQL(statement.text)
        var rows = 0
        for batch in 1...Self.maximumBatches {
            let changed = try waiting(limits.lockTimeout, for: migration.name) { try connection.query(sql).affected }
            guard changed > 0 else { return }
            rows += changed
            guard batch.isMultiple(of: Self.batchesPerReport) else { continue }
            logger.info(
                "Migrating in batches",
                metadata: ["migration": "\(migration.name)", "batches": "\(batch)", "rows": "\(rows)"]
            )
        }
        throw PostgresError(
            .migration,
            """
            migration \(migration.name) of \(schema) still changes rows after \(Self.maximumBatches) batches: its \
            statement must leave out rows that it has changed
            """
        )
    }

    // MARK: - Locks

    /// Takes the lock that keeps migrators of this schema apart, until the connection ends.
    ///
    /// It is asked for again and again instead of waited for: a statement that waits has a snapshot, whose end a
    /// concurrent build of an index waits for, and so two migrators would wait for each other.
    private func lock() throws {
        var (waited, pause) = (Duration.zero, Duration.milliseconds(20))
        while try !connection.query("SELECT pg_try_advisory_lock(\(key))").only()[0] {
            let holders = try lockHolders() ?? "one that has just ended"
            guard waited < limits.maximumWait else {
                throw PostgresError(
                    .migration,
                    "another migrator of \(schema) has been at work for \(limits.maximumWait): \(holders)"
                )
            }
            if waited == .zero {
                logger.notice(
                    "Waiting for another migrator",
                    metadata: ["schema": "\(schema)", "holders": "\(holders)"]
                )
            }
            Thread.sleep(for: pause)
            waited += pause
            pause = min(pause * 2, .seconds(1))
        }
    }

    private var key: SQL { "hashtextextended(\(table), 0)" }

    private func lockHolders() throws -> String? {
        try connection.query(
            """
            SELECT string_agg(
                concat_ws(' ', activity.pid, activity.usename, nullif(activity.application_name, '')),
                ', '
            )
            FROM pg_locks JOIN pg_stat_activity AS activity ON activity.pid = pg_locks.pid
            WHERE locktype = 'advisory' AND granted AND objsubid = 1
                AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND ((classid::bigint << 32) | objid::bigint) = \(key)
            """
        ).only()[0]
    }

    /// Repeats `attempt` while locks of others end it, with growing pauses.
    ///
    /// - Parameters:
    ///   - lockTimeout: The limit that is in force for each wait.
    ///   - step: The step's name, for messages.
    ///   - attempt: Leaves no trace when it fails, or can be repeated.
    /// - Returns: What `attempt` returns.
    /// - Throws: `PostgresError` of kind `migration` once `maximumWait` has passed; otherwise what `attempt` throws.
    private func waiting<R>(_ lockTimeout: Duration, for step: String, _ attempt: () throws -> R) throws -> R {
        var (waited, pause) = (Duration.zero, limits.lockTimeout)
        while true {
            do { return try attempt() } catch let error as PostgresError where Self.isLockConflict(error) {
                if !error.isSerializationFailure { waited += lockTimeout }
                let wait = watch.lastWait.map { ": \($0)" } ?? ""
                guard waited < limits.maximumWait else {
                    throw PostgresError(
                        .migration,
                        """
                        migration \(step) of \(schema) did not get its locks in \(limits.maximumWait)\(wait); end what \
                        holds them, then migrate again
                        """
                    )
                }
                logger.notice(
                    "Will try the migration again",
                    metadata: [
                        "migration": "\(step)", "schema": "\(schema)", "pause": "\(pause)", "error": "\(error)\(wait)",
                    ]
                )
                Thread.sleep(for: pause)
                waited += pause
                pause = min(pause * 2, limits.maximumPause)
            }
        }
    }

    /// Tells whether a lock timed out (55P03), or a deadlock or a serialization failure ended the statement.
    private static func isLockConflict(_ error: PostgresError) -> Bool {
        error.sqlState == "55P03" || error.isSerializationFailure
    }

    /// Sets what the next statements run with.
    ///
    /// Row-level security is forced on the owner too, and a step may have to change every tenant's rows.
    private func configure(lockTimeout: Duration) throws {
        let timeout = String(max(1, Int(lockTimeout / .milliseconds(1))))  // 0 would be no limit
        try connection.query(
            """
            SELECT set_config('search_path', \(schema.quotedIdentifier), false), set_config('app.tenant', '*', false),
                set_config('lock_timeout', \(timeout), false)
            """
        )
    }

    // MARK: - The table of steps

    /// The recorded steps, checked against those that this program knows.
    ///
    /// A service's own steps and ServiceKit's are compared each by themselves, and newer ones may follow in both: a
    /// newer release has been here, which only adds what an older one can live with.
    ///
    /// - Parameter migrations: Every known step, in order.
    /// - Returns: The steps that are there.
    /// - Throws: `PostgresError` of kind `migration` when a step was edited after it was applied, is unknown although
    ///   later ones are known, or was left out although later ones were applied.
    func applied(of migrations: [Migration]) throws -> Applied {
        var applied = Applied()
        for row in try records(of: migrations) {
            let (version, name): (Int, String) = (try row["version"], try row["name"])
            let isUnchanged: Bool? = try row["is_unchanged"]
            let series = Migration.series(of: version)
            switch isUnchanged {
            case true?:
                applied.times[version] = try row["applied_at"]
            case false?:
                throw PostgresError(.migration, "migration \(name) of \(schema) was edited after it had been applied")
            case nil where migrations.allSatisfy({ !series.contains($0.version) || $0.version < version }):
                applied.newer[version] = name
            case nil:
                throw PostgresError(.migration, "migration \(name) of \(schema) was applied but is not known")
            }
        }
        for migration in migrations where applied.times[migration.version] == nil {
            let series = Migration.series(of: migration.version)
            let present = Array(applied.times.keys) + Array(applied.newer.keys)
            guard present.contains(where: { series.contains($0) && $0 > migration.version }) else { continue }
            throw PostgresError(
                .migration,
                "migration \(migration.name) of \(schema) was left out and later ones applied: give it a later number"
            )
        }
        return applied
    }

    /// Every applied step, and whether it is unchanged; NULL for one that is not known.
    private func records(of migrations: [Migration]) throws -> PostgresRows {
        // A service's role asks as well, which may be before the first migration.
        let exists: Bool = try connection.query("SELECT to_regclass(\(table)) IS NOT NULL").only()[0]
        guard exists else { return PostgresRows() }
        return try connection.query(
            """
            SELECT version, applied.name, applied_at, checksum = \(Self.checksum(of: "known.text")) AS is_unchanged
            FROM \(raw: table) AS applied
            LEFT JOIN unnest(\(migrations.map(\.version)), \(migrations.map(\.up))) AS known (version, text)
                USING (version)
            ORDER BY version
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

    /// PostgreSQL computes the checksums, so that this library needs no cryptography of its own.
    private static func checksum(of text: SQL) -> SQL {
        "encode(sha256(convert_to(\(text), 'UTF8')), 'hex')"
    }
}
