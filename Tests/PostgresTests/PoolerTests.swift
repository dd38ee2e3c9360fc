import Postgres
import TestKit
import Testing

@Suite("Behind PgBouncer in transaction mode", .timeLimit(.minutes(2))) struct PoolerTests {
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
