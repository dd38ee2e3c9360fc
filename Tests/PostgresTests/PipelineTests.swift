import Postgres
import TestKit
import Testing

@Suite("Single statements", .timeLimit(.minutes(10))) struct PipelineTests {
    @Test(
        "10,000 statements of 64 tasks all get their own answers",
        arguments: [PostgresConfiguration.PreparedStatements.named, .unnamed]
    )
    func manyAtOnce(preparedStatements: PostgresConfiguration.PreparedStatements) async throws {
        try await withDatabase({ $0.preparedStatements = preparedStatements }) { database async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        for number in 0..<157 {
                            let (text, tenant) = ("\(task)/\(number)", number.isMultiple(of: 2) ? ada : bob)
                            let row = try await database.one(
                                "SELECT \(text) AS text, \(number) AS number, current_setting('app.tenant', true) AS tenant",
                                scope: .tenant(tenant)
                            )
                            #expect(try row["text"] == text)
                            #expect(try row["number"] == number)
                            #expect(try row["tenant"] == tenant.description)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("Each failure belongs to its own statement")
    func isolatedErrors() async throws {
        try await withDatabase { database async throws in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        switch number % 5 {
                        case 0:
                            let error = await postgresError { try await database.query("SELECT 1 / 0", scope: .none) }
                            #expect(error?.sqlState == "22012")
                        case 1:
                            let error = await postgresError { try await database.query("SELEC 1", scope: .tenant(ada)) }
                            #expect(error?.sqlState == "42601")
                        case 2:
                            let error = await postgresError {
                                try await database.execute(
                                    "INSERT INTO counters VALUES (1, \(Int?.none))",
                                    scope: .none
                                )
                            }
                            #expect(error?.isNotNullViolation == true)
                            #expect(error?.column == "value")
                        default:
                            let answer: Int? = try? await database.one("SELECT \(number)", scope: .none)[0]
                            #expect(answer == number)
                        }
                    }
                }
            }
            #expect(try await database.one("SELECT count(*) FROM counters", scope: .none)[0] == 0)
        }
    }

    @Test("Errors carry what the server says, and no values")
    func errorFields() async throws {
        try await withDatabase { database async throws in
            let insert: SQL = "INSERT INTO notes (tenant_id, body) VALUES (\(ada), \("secret"))"
            #expect(try await database.execute(insert, scope: .tenant(ada)) == 1)
            let error = try #require(await postgresError { try await database.execute(insert, scope: .tenant(ada)) })
            #expect(error.isUniqueViolation)
            #expect(error.constraint == "notes_body_is_unique")
            #expect(error.table == "notes")
            #expect(error.schema == "notes")
            #expect(!error.description.contains("secret"))
            let data = try #require(
                await postgresError { try await database.query("SELECT \("secret")::int8", scope: .none) }
            )
            #expect(data.sqlState == "22P02")
            #expect(!data.description.contains("secret"))
        }
    }

    @Test("A statement whose time is over is cancelled on the server, and its neighbours get their answers")
    func timeout() async throws {
        try await withDatabase({ $0.pipelinedConnections = 1 }) { database async throws in
            async let slow = postgresError {
                try await database.query("SELECT pg_sleep(60)", scope: .none, timeout: .milliseconds(100))
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let answer: Int = try await database.one("SELECT \(number)", scope: .none)[0]
                        #expect(answer == number)
                    }
                }
                try await group.waitForAll()
            }
            #expect(await slow?.kind == .timedOut)
        }
    }

    @Test("A cancelled task stops waiting, and the server is told to stop working")
    func cancellation() async throws {
        try await withDatabase({ $0.pipelinedConnections = 1 }) { database async throws in
            let task = Task { try await database.query("SELECT pg_sleep(600)", scope: .none, timeout: .seconds(600)) }
            try await database.transaction(scope: .none) { while try await isSleeping($0) == false {} }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await database.one("SELECT 1", scope: .none)[0] == 1)
        }
    }

    private func isSleeping(_ executor: some SQLExecutor) async throws -> Bool {
        // A view of what goes on is kept for the rest of a transaction unless it is cleared.
        _ = try await executor.query("SELECT pg_stat_clear_snapshot()")
        let sleeping: SQL = """
            SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'
            """
        return try await !executor.query(sleeping).isEmpty
    }

    @Test("More statements than may wait are refused")
    func boundedQueue() async throws {
        try await withDatabase({
            $0.pipelinedConnections = 1
            $0.maximumQueued = 10
        }) { database async throws in
            try await database.ping()
            let outcomes = await withTaskGroup(of: PostgresError.Kind?.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        await postgresError { try await database.query("SELECT pg_sleep(0.02)", scope: .none) }?.kind
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            // 10 waiting, and as many under way as whoever sends them has come to: 32 unless the machine is busy.
            #expect(outcomes[nil, default: 0] > 10)
            #expect(outcomes[.queueFull, default: 0] > 0)
            #expect(outcomes.count == 2)
        }
    }

    @Test("A large statement and a large answer pass through small socket buffers")
    func largeValues() async throws {
        try await withDatabase { database async throws in
            let bytes = [UInt8](repeating: 7, count: 5_000_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let row = try await database.one("SELECT \(bytes) AS bytes", scope: .none)
                        #expect(try row.bytes("bytes")?.count == bytes.count)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("More distinct statements than are kept prepared, each twice")
    func manyStatements() async throws {
        try await withDatabase({ $0.pipelinedConnections = 1 }) { database async throws in
            for round in 0..<2 {
                for number in 0..<300 {
                    let row = try await database.one("SELECT \(round) AS c\(raw: "\(number)")", scope: .none)
                    #expect(try row["c\(number)"] == round)
                }
            }
            let count = try await database.one("SELECT count(*) FROM pg_prepared_statements", scope: .none)
            #expect(try count[0] <= 256)
        }
    }

    @Test("A table that changes under a prepared statement is read again, with its new columns")
    func changedTable() async throws {
        try await withTestDatabase(services: [notes]) { test in
            try await with(Database(configuration: test.ownerConfiguration(for: "notes"), logger: logger)) { database in
                #expect(try await database.query("SELECT * FROM counters", scope: .none).isEmpty)
                try await database.execute("ALTER TABLE counters ADD COLUMN name text DEFAULT 'x'", scope: .none)
                try await database.execute("INSERT INTO counters VALUES (1, 2)", scope: .none)
                for _ in 0..<4 {
                    let row = try await database.one("SELECT * FROM counters", scope: .none)
                    #expect(try row["name"] == "x")
                }
            }
        }
    }

    @Test("Too many values and COPY are refused and harm nobody else")
    func unsendable() async throws {
        try await withDatabase { database async throws in
            let many = (0...65_535).reduce(into: SQL("SELECT 1 WHERE 1 IN (0")) { $0 += ", \($1)" } + ")"
            #expect(await postgresError { try await database.query(many, scope: .none) }?.kind == .invalidStatement)
            #expect(await postgresError { try await database.query("COPY counters TO STDOUT", scope: .none) } != nil)
            #expect(try await database.one("SELECT 1", scope: .none)[0] == 1)
        }
    }

    @Test("A single statement that opens a transaction loses its connection, so that nobody else's runs in it")
    func strayTransaction() async throws {
        try await withDatabase({ $0.pipelinedConnections = 1 }) { database async throws in
            _ = await postgresError { try await database.query("BEGIN", scope: .none) }
            for _ in 0..<2 {
                _ = await postgresError {
                    try await database.execute("INSERT INTO counters VALUES (1, 1)", scope: .none)
                }
            }
            try await database.transaction(scope: .none) { transaction async throws in
                #expect(try await transaction.one("SELECT count(*) FROM counters")[0] == 1)
            }
        }
    }

    @Test("A closed database refuses, and waits for what is under way")
    func closing() async throws {
        try await withTestDatabase(services: [notes]) { test in
            let database = Database(configuration: test.configuration(for: "notes"), logger: logger)
            try await database.ping()
            let observer = Database(configuration: test.configuration(for: "notes"), logger: logger)
            let (last, writing, closing) = try await observer.transaction(scope: .none) { holder in
                // Both wait for this transaction, so that they are under way for as long as it takes.
                let lock: SQL = "SELECT 5 FROM pg_advisory_xact_lock(1)"
                try await holder.execute(lock)
                let last = Task { try await database.one(lock, scope: .none) }
                let writing = Task { try await database.transaction(scope: .none) { try await $0.one(lock) } }
                try await untilOthersWait(for: holder, count: 2)
                let closing = Task { await database.close() }
                try await until {
                    await postgresError { try await database.transaction(scope: .none) { _ in } }?.kind == .closed
                        ? true : nil
                }
                return (last, writing, closing)
            }
            await closing.value
            await observer.close()
            #expect(try await last.value[0] == 5)
            #expect(try await writing.value[0] == 5)
            #expect(await postgresError { try await database.ping() }?.kind == .closed)
        }
    }
}
