import Postgres
import TestKit
import Testing

/// On a server of their own, because they stop it.
@Suite("A server that goes and comes back", .timeLimit(.minutes(10))) struct RestartTests {
    @Test("While the server is away everybody is refused at once, and served again by itself once it is back")
    func restart() async throws {
        let cluster = try TestCluster()
        var configuration = cluster.superuser
        configuration.queryTimeout = .seconds(20)
        configuration.reconnectPatience = .milliseconds(200)
        try await with(Database(configuration: configuration, logger: logger)) { database in
            try await database.ping()
            try await database.transaction(scope: .none) { _ = try await $0.query("SELECT 1") }
            async let pipelined = postgresError { try await database.query("SELECT pg_sleep(30)", scope: .none) }
            async let exclusive = postgresError {
                try await database.transaction(scope: .none) { _ = try await $0.query("SELECT pg_sleep(30)") }
            }
            try await with(Database(configuration: configuration, logger: logger)) { observer in
                let sleeping: SQL = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                while try await observer.query(sleeping, scope: .none).count < 2 {}
            }
            await offPool { cluster.stop() }
            let (one, other) = await (pipelined, exclusive)
            #expect(one?.kind == .connectionLost)
            #expect(one?.outcome == .unknown)
            // What had not reached its commit is undone, and runs again; but there is nothing to run on.
            #expect(other?.kind == .connectionFailed)

            // Far longer than the test may take.
            for _ in 0..<10 {
                let refusal = await postgresError {
                    try await database.query("SELECT 1", scope: .none, timeout: .seconds(600))
                }
                #expect(refusal?.kind == .connectionFailed)
                #expect(refusal?.outcome == .notApplied)
                let other = await postgresError {
                    try await database.transaction(scope: .none, timeout: .seconds(600)) { _ in }
                }
                #expect(other?.kind == .connectionFailed)
            }
            await offPool { cluster.start() }
            // No statement is needed to find that out: whoever comes then is served.
            try await until { database.figures.open == 2 ? () : nil }
            try await database.ping()
            try await database.transaction(scope: .none) { _ = try await $0.query("SELECT 1") }
        }
    }

    @Test("What comes while the server restarts waits for it")
    func shortRestart() async throws {
        let cluster = try TestCluster()
        var configuration = cluster.superuser
        configuration.queryTimeout = .seconds(60)
        configuration.reconnectPatience = .seconds(60)
        try await with(Database(configuration: configuration, logger: logger)) { database in
            try await database.ping()
            await offPool { cluster.stop() }
            async let statement = database.one("SELECT 1", scope: .none)
            async let transaction = database.transaction(scope: .none) { try await $0.one("SELECT 2") }
            await offPool { cluster.start() }
            #expect(try await statement[0] == 1)
            #expect(try await transaction[0] == 2)
        }
    }

    @Test("Connections that the server closed while they were idle are replaced unnoticed")
    func terminatedWhileIdle() async throws {
        try await withTestDatabase(services: [notes]) { test in
            try await with(Database(configuration: test.configuration(for: "notes"), logger: logger)) { database in
                for _ in 0..<20 {
                    try await database.ping()
                    try await database.transaction(scope: .none) { _ = try await $0.query("SELECT 1") }
                    let observer = Database(configuration: test.superuserConfiguration, logger: logger)
                    _ = try await observer.query(
                        """
                        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                        WHERE usename = 'notes' AND datname = current_database()
                        """,
                        scope: .none
                    )
                    await observer.close()
                }
            }
        }
    }

    @Test("A database that cannot be reached fails with the reason once the time is over")
    func unreachable() async throws {
        var configuration = PostgresConfiguration(url: "postgresql://nobody@/nowhere?host=/nonexistent")
        configuration.queryTimeout = .seconds(2)
        try await with(Database(configuration: configuration, logger: logger)) { database in
            let error = try #require(await postgresError { try await database.ping() })
            #expect(error.kind == .connectionFailed)
            #expect(error.message.contains("/nonexistent"))
            let other = await postgresError {
                try await database.transaction(scope: .none, timeout: .seconds(2)) { _ in }
            }
            #expect(other?.kind == .connectionFailed)
        }
    }
}
