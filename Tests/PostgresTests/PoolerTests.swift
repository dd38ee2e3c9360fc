import Postgres
import TestKit
import Testing

@Suite("Behind PgBouncer in transaction mode", .timeLimit(.minutes(10))) struct PoolerTests {
    @Test("Callers that share three server connections get their own answers, tenants and transactions")
    func sharedConnections() async throws {
        let cluster = try TestCluster()
        var configuration = try cluster.startPooler()
        configuration.preparedStatements = .unnamed
        configuration.pipelinedConnections = 4
        try await with(Database(configuration: configuration, logger: logger)) { database async throws in
            try await database.execute("CREATE TABLE visits (id bigint PRIMARY KEY)", scope: .none)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<32 {
                    group.addTask { try await visit(database, task: task) }
                }
                try await group.waitForAll()
            }
            #expect(try await database.one("SELECT count(*) FROM visits", scope: .none)[0] == 32 * 10)
            let late = await postgresError {
                try await database.query("SELECT pg_sleep(60)", scope: .none, timeout: .milliseconds(100))
            }
            #expect(late?.kind == .timedOut)
            try await database.ping()
        }
    }

    @Test("While the pooler has no server everybody is refused at once, and served again once it has one")
    func serverAway() async throws {
        let cluster = try TestCluster()
        var configuration = try cluster.startPooler()
        configuration.preparedStatements = .unnamed
        configuration.connectTimeout = .seconds(2)
        configuration.reconnectPatience = .milliseconds(200)
        configuration.cancelPatience = .milliseconds(100)
        try await with(Database(configuration: configuration, logger: logger)) { database in
            try await database.ping()
            await offPool { cluster.stop() }
            // The connection to the pooler still stands, and only a late statement shows that it leads nowhere.
            try await until {
                let error = await postgresError { try await database.ping(timeout: .seconds(1)) }
                return error?.kind == .connectionFailed ? () : nil
            }
            // Far longer than the test may take.
            for _ in 0..<10 {
                let refusal = await postgresError { try await database.ping(timeout: .seconds(600)) }
                #expect(refusal?.kind == .connectionFailed)
                #expect(refusal?.outcome == .notApplied)
                let other = await postgresError {
                    try await database.transaction(scope: .none, timeout: .seconds(600)) {
                        _ = try await $0.query("SELECT 1")
                    }
                }
                #expect(other?.kind == .connectionFailed)
            }
            await offPool { cluster.start() }
            try await until(.seconds(60)) { database.figures.open == 2 ? () : nil }
            try await database.ping()
            try await database.transaction(scope: .none) { _ = try await $0.query("SELECT 1") }
        }
    }

    private func visit(_ database: Database, task: Int) async throws {
        for number in 0..<100 {
            let tenant = PostgresUUID(high: UInt64(task), low: UInt64(number))
            let scope: TenantScope = number.isMultiple(of: 3) ? .tenant(tenant) : .none
            let row = try await database.one(
                "SELECT \(number) AS number, coalesce(current_setting('app.tenant', true), '') AS tenant",
                scope: scope
            )
            #expect(try row["number"] == number)
            #expect(try row["tenant"] == (scope == .none ? "" : tenant.description))
            guard number.isMultiple(of: 10) else { continue }
            try await database.transaction(scope: scope) { transaction async throws in
                try await transaction.execute("INSERT INTO visits VALUES (\(task * 1000 + number))")
                _ = try await transaction.one("SELECT FROM visits WHERE id = \(task * 1000 + number)")
            }
        }
    }
}
