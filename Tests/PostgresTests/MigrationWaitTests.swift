import Postgres
import TestKit
import Testing

@Suite("Migrations beside others' work", .timeLimit(.minutes(10))) struct MigrationWaitTests {
    private let tables = Migration(
        "0001_create_halls",
        up: """
            CREATE TABLE halls (id bigint PRIMARY KEY, name text, visits bigint NOT NULL DEFAULT 0);
            INSERT INTO halls (id) SELECT generate_series(1, 250);
            CREATE TABLE rooms (id bigint PRIMARY KEY, name text);
            """,
        down: "DROP TABLE rooms; DROP TABLE halls;"
    )
    private let column = Migration(
        "0002_seat_halls",
        up: "ALTER TABLE halls ADD COLUMN seats bigint;",
        down: "ALTER TABLE halls DROP COLUMN seats;"
    )
    private let indexes = Migration(
        "0002_index_names",
        up: """
            -- migrate: concurrently
            CREATE INDEX CONCURRENTLY IF NOT EXISTS halls_by_name ON halls (name);
            CREATE INDEX CONCURRENTLY IF NOT EXISTS rooms_by_name ON rooms (name);
            """,
        down: """
            -- migrate: concurrently
            DROP INDEX CONCURRENTLY IF EXISTS rooms_by_name;
            DROP INDEX CONCURRENTLY IF EXISTS halls_by_name;
            """
    )
    private let batches = Migration(
        "0002_count_visits",
        up: """
            -- migrate: batched
            UPDATE halls SET visits = visits + 1
            WHERE id IN (SELECT id FROM halls WHERE visits = 0 ORDER BY id LIMIT 10);
            """,
        down: "-- Nothing to undo."
    )

    @Test("While a step waits for a table, reads of it go on, and the log names who holds it")
    func briefWaits() async throws {
        try await withHalls { test async throws in
            try await test.hallsMigrator([tables]).up()
            let log = LogLines()
            try await test.holding("SELECT count(*) FROM halls.halls") { end async throws in
                async let applied = test.hallsMigrator([tables, column], log).up()
                try await until {
                    let waits = try await test.truth(
                        """
                        SELECT EXISTS (
                            SELECT FROM pg_locks WHERE relation = 'halls.halls'::regclass AND NOT granted
                        )
                        """
                    )
                    return waits ? () : nil
                }
                // The migrator can't have the lock yet, and this stands behind it in the lock's queue.
                #expect(try await test.number("SELECT count(*) FROM halls.halls") == 250)
                try await until {
                    let entries = log.entries(
                        with: "Migration waits for a lock",
                        column.name,
                        "AccessExclusiveLock on halls",
                        "postgres"
                    )
                    return entries.isEmpty ? nil : ()
                }
                end.open()
                let names = try await applied
                #expect(names == [column.name])
            }
        }
    }

    @Test("A step whose lock is held for too long is given up, leaves no trace, and runs later")
    func givingUp() async throws {
        try await withHalls { test async throws in
            try await test.hallsMigrator([tables]).up()
            let migrator = test.hallsMigrator([tables, column], maximumWait: .seconds(1))
            try await test.holding("SELECT count(*) FROM halls.halls") { _ async throws in
                let error = await postgresError { try await migrator.up() }
                #expect(error?.kind == .migration)
                #expect(error?.message.contains(column.name) == true)
            }
            #expect(try await migrator.status().map { $0.appliedAt != nil } == [true, false])
            #expect(try await migrator.up() == [column.name])
        }
    }

    @Test("A migrator that never gets its turn gives up and names the other one")
    func endlessMigrator() async throws {
        try await withHalls { test async throws in
            let lock: SQL = #"SELECT pg_advisory_xact_lock(hashtextextended('"halls"."schema_migrations"', 0))"#
            try await test.holding(lock) { _ async throws in
                let error = await postgresError {
                    try await test.hallsMigrator([tables], maximumWait: .seconds(1)).up()
                }
                #expect(error?.kind == .migration)
                #expect(error?.message.contains("another migrator of halls") == true)
                #expect(error?.message.contains("postgres") == true)
            }
        }
    }

    @Test("Two starts at once build indexes beside an open transaction, once and without a deadlock")
    func concurrentBuilds() async throws {
        try await withHalls { test async throws in
            try await test.hallsMigrator([tables]).up()
            let log = LogLines()
            try await test.holding("INSERT INTO halls.halls (id) VALUES (1000)") { end async throws in
                async let first = test.hallsMigrator([tables, indexes]).up()
                try await until { try await isUnfinished("halls_by_name", in: test) ? () : nil }
                async let second = test.hallsMigrator([tables, indexes], log).up()
                try await until { log.entries(with: "Waiting for another migrator").isEmpty ? nil : () }
                end.open()
                let names = try await (first, second)
                #expect(names.0 == [indexes.name])
                #expect(names.1 == [])
            }
            #expect(try await validIndexes(in: test) == 2)
            #expect(try await test.hallsMigrator([tables, indexes]).down(to: 1) == [indexes.name])
            #expect(try await validIndexes(in: test) == 0)
        }
    }

    @Test("After a crash, an index whose build broke off is built again, and one that was finished stays")
    func brokenBuild() async throws {
        try await withHalls { test async throws in
            try await test.hallsMigrator([tables]).up()
            let migrator = test.hallsMigrator([tables, indexes])
            try await test.holding("INSERT INTO halls.rooms (id) VALUES (1)") { _ async throws in
                async let failure = postgresError { try await migrator.up() }
                try await until { try await isUnfinished("rooms_by_name", in: test) ? () : nil }
                try await test.endMigrators()
                let error = await failure
                #expect(error != nil)
            }
            #expect(try await isUnfinished("rooms_by_name", in: test))
            #expect(try await migrator.status().map { $0.appliedAt != nil } == [true, false])
            let finished = try await test.number("SELECT 'halls.halls_by_name'::regclass::oid::bigint")

            #expect(try await migrator.up() == [indexes.name])
            #expect(try await validIndexes(in: test) == 2)
            #expect(try await test.number("SELECT 'halls.halls_by_name'::regclass::oid::bigint") == finished)
        }
    }

    @Test("After a crash, a step in batches continues where it was, and no row is changed twice")
    func brokenBatches() async throws {
        try await withHalls { test async throws in
            try await test.hallsMigrator([tables]).up()
            let migrator = test.hallsMigrator([tables, batches])
            let visited: SQL = "SELECT count(*) FROM halls.halls WHERE visits = 1"
            try await test.holding("UPDATE halls.halls SET name = 'Held' WHERE id = 55") { _ async throws in
                async let failure = postgresError { try await migrator.up() }
                try await until { try await test.number(visited) == 50 ? () : nil }
                try await test.endMigrators()
                let error = await failure
                #expect(error != nil)
            }
            #expect(try await test.number(visited) == 50)
            #expect(try await migrator.up() == [batches.name])
            #expect(try await test.number(visited) == 250)
            #expect(try await migrator.up() == [])
        }
    }

    @Test("A step in batches reports every hundredth")
    func progress() async throws {
        try await withHalls { test async throws in
            let single = Migration(
                batches.name,
                up: batches.up.replacing("LIMIT 10", with: "LIMIT 1"),
                down: batches.down
            )
            let log = LogLines()
            try await test.hallsMigrator([tables, single], log).up()
            #expect(log.entries(with: "Migrating in batches").count == 2)
            #expect(log.entries(with: "Migrating in batches", "rows\": 200", single.name).count == 1)
        }
    }

    @Test(
        "What can't be run as its first line says is refused before anything is applied",
        arguments: [
            ("-- migrate: concurrently\nCREATE INDEX halls_by_name ON halls (name);", "line 2"),
            ("-- migrate: concurrently\nCREATE INDEX CONCURRENTLY halls_by_name ON halls (name);", "line 2"),
            ("-- migrate: batched\n\nALTER TABLE halls ADD COLUMN seats bigint;", "line 3"),
            ("-- migrate: quickly\nDELETE FROM halls;", "quickly"),
        ]
    )
    func unusableModes(up: String, named: String) async throws {
        try await withHalls { test async throws in
            let migrator = test.hallsMigrator([tables, Migration("0002_faulty", up: up, down: "")])
            let error = await postgresError { try await migrator.up() }
            #expect(error?.kind == .migration)
            #expect(error?.message.contains("0002_faulty.up.sql") == true && error?.message.contains(named) == true)
            #expect(try await test.truth("SELECT to_regclass('halls.halls') IS NULL"))
        }
    }

    private func isUnfinished(_ index: String, in test: TestDatabase) async throws -> Bool {
        try await test.truth(
            """
            SELECT EXISTS (
                SELECT FROM pg_index WHERE indexrelid = to_regclass(\("halls." + index)) AND NOT indisvalid
            )
            """
        )
    }

    /// The number of the step's indexes that exist and are valid.
    private func validIndexes(in test: TestDatabase) async throws -> Int {
        try await test.number(
            """
            SELECT count(*) FROM pg_index WHERE indisvalid
                AND indexrelid IN (to_regclass('halls.halls_by_name'), to_regclass('halls.rooms_by_name'))
            """
        )
    }
}
