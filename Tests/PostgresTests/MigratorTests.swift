import Postgres
import TestKit
import Testing

@Suite("Migrations", .timeLimit(.minutes(10))) struct MigratorTests {
    private let steps = [
        Migration(
            "0001_create_halls",
            up: """
                CREATE TYPE size AS ENUM ('small', 'large');
                CREATE TABLE halls (id bigint PRIMARY KEY, size size NOT NULL DEFAULT 'small');
                INSERT INTO halls VALUES (1, 'large');
                """,
            down: "DROP TABLE halls; DROP TYPE size;"
        ),
        Migration(
            "0002_name_halls",
            up: "ALTER TABLE halls ADD COLUMN name text; CREATE INDEX halls_by_name ON halls (lower(name));",
            down: "ALTER TABLE halls DROP COLUMN name;"
        ),
        Migration(
            "0003_count_seats",
            up: "CREATE VIEW seats AS SELECT count(*) AS seats FROM halls;",
            down: "DROP VIEW seats;"
        ),
    ]

    @Test("Up applies each step once, in order, whatever the order of the list")
    func idempotent() async throws {
        try await withSchema { test, migrator async throws in
            let migrator = migrator(steps.reversed())
            #expect(try await migrator.status().map(\.appliedAt) == [nil, nil, nil])
            #expect(try await migrator.up() == steps.map(\.name))
            #expect(try await migrator.up() == [])
            #expect(try await migrator.status().allSatisfy { $0.appliedAt != nil })
        }
    }

    @Test("Eight starts at once apply each step once")
    func concurrent() async throws {
        try await withSchema { test, migrator in
            let migrator = migrator(steps)
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<8 { group.addTask { try await migrator.up() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == steps.map(\.name))
        }
    }

    @Test("Up, down and up again gives the same schema, and down leaves nothing")
    func upDownUp() async throws {
        try await withSchema { test, migrator in
            let migrator = migrator(steps)
            try await migrator.up()
            let first = try await schemaFingerprint(of: "halls", in: test.superuserConfiguration)
            #expect(try await migrator.down(to: 0) == steps.map(\.name).reversed())
            let empty = try await schemaFingerprint(of: "halls", in: test.superuserConfiguration)
            #expect(empty.allSatisfy { !$0.contains("seats") && !$0.contains("halls_by_name") && !$0.contains("enum") })
            try await migrator.up()
            #expect(try await schemaFingerprint(of: "halls", in: test.superuserConfiguration) == first)
            #expect(try await migrator.down(to: 2) == ["0003_count_seats"])
            #expect(try await schemaFingerprint(of: "halls", in: test.superuserConfiguration) != first)
        }
    }

    @Test("A step that was edited after it was applied stops everything")
    func editedStep() async throws {
        try await withSchema { test, migrator in
            try await migrator(steps).up()
            let edited = [Migration("0001_create_halls", up: steps[0].up + " ", down: "")] + steps.dropFirst()
            for attempt in [{ _ = try await migrator(edited).up() }, { _ = try await migrator(edited).down(to: 0) }] {
                let error = await postgresError(attempt)
                #expect(error?.kind == .migration)
                #expect(error?.message.contains("0001_create_halls") == true)
            }
        }
    }

    @Test("A step that vanished stops everything, one of a newer release does not")
    func unknownSteps() async throws {
        try await withSchema { test, migrator in
            try await migrator(steps).up()
            #expect(await postgresError { try await migrator([steps[0], steps[2]]).up() }?.kind == .migration)
            let older = migrator(Array(steps.prefix(2)))
            #expect(try await older.up() == [])
            #expect(await postgresError { try await older.down(to: 0) }?.kind == .migration)
        }
    }

    @Test("A step that fails, or ends its transaction, leaves no trace")
    func failingStep() async throws {
        try await withSchema { test, migrator in
            try await migrator(Array(steps.prefix(1))).up()
            let before = try await schemaFingerprint(of: "halls", in: test.superuserConfiguration)
            let broken = Migration("0002_broken", up: "CREATE TABLE half (id int); SELECT 1 / 0;", down: "")
            let error = await postgresError { try await migrator([steps[0], broken]).up() }
            #expect(error?.sqlState == "22012")
            #expect(try await schemaFingerprint(of: "halls", in: test.superuserConfiguration) == before)
            let committing = Migration("0002_committing", up: "COMMIT;", down: "")
            #expect(await postgresError { try await migrator([steps[0], committing]).up() }?.kind == .migration)
            let twice = Migration("0001_again", up: "", down: "")
            #expect(await postgresError { try await migrator([steps[0], twice]).up() }?.kind == .migration)
        }
    }

    @Test("Provisioning again changes nothing, and keeps what is there")
    func provisioningAgain() async throws {
        try await withTestDatabase(services: [notes]) { test in
            let before = try await schemaFingerprint(of: "notes", in: test.superuserConfiguration)
            let provisioner = DatabaseProvisioner(superuser: test.superuserConfiguration, logger: logger)
            let role = ServiceRole(name: "notes", ownerPassword: "it's", password: "it's \"this\" \\ one")
            try await provisioner.provision(database: test.name, services: [role])
            #expect(try await schemaFingerprint(of: "notes", in: test.superuserConfiguration) == before)
        }
    }

    @Test("The role that serves sees whether the schema is up to date, and cannot change the table of steps")
    func protectedSteps() async throws {
        try await withSchema { test, migrator in
            let server = test.configuration(for: "halls")
            let password = server.password ?? ""
            func isCurrent(_ steps: [Migration]) async throws -> Bool {
                try await Migrator(configuration: server, schema: "halls", migrations: steps, logger: logger)
                    .isCurrent()
            }
            #expect(try await !isCurrent(steps))
            try await migrator(Array(steps.prefix(2))).up()
            #expect(try await isCurrent(Array(steps.prefix(2))))
            #expect(try await !isCurrent(steps))

            let role = ServiceRole(name: "halls", ownerPassword: password, password: password)
            for _ in 0..<2 {
                let database = Database(configuration: server, logger: logger)
                for statement: SQL in [
                    "DELETE FROM schema_migrations", "UPDATE schema_migrations SET checksum = ''",
                    "INSERT INTO schema_migrations (version, name, checksum) VALUES (3, '', '')",
                ] {
                    let error = await postgresError { _ = try await database.query(statement, scope: .none) }
                    #expect(error?.sqlState == "42501")
                }
                await database.close()
                // Provisioning grants a role its rights on all tables, and must not grant this one again.
                try await DatabaseProvisioner(superuser: test.superuserConfiguration, logger: logger)
                    .provision(database: test.name, services: [role])
            }
        }
    }

    private func withSchema(
        _ body: (TestDatabase, _ migrator: @escaping @Sendable ([Migration]) -> Migrator) async throws -> Void
    ) async throws {
        try await withTestDatabase(services: [TestService("halls", migrations: [])]) { test in
            let configuration = test.ownerConfiguration(for: "halls")
            try await body(test) {
                Migrator(configuration: configuration, schema: "halls", migrations: $0, logger: logger)
            }
        }
    }
}
