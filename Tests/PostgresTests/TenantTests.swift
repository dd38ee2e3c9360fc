import Postgres
import TestKit
import Testing

@Suite("Row-level security") struct TenantTests {
    @Test("A tenant sees and changes its own rows only")
    func isolation() async throws {
        try await withDatabase { database async throws in
            for tenant in [ada, bob] {
                try await insert("mine", tenant, into: database.scoped(to: .tenant(tenant)))
            }
            for tenant in [ada, bob] {
                let rows = try await database.query("SELECT tenant_id FROM notes", scope: .tenant(tenant))
                #expect(try rows.map { try $0["tenant_id"] } == [tenant])
            }
            #expect(try await database.query("SELECT FROM notes", scope: .none).isEmpty)
            #expect(try await database.query("SELECT FROM notes", scope: .platform).count == 2)
            let changed = try await database.execute(
                "UPDATE notes SET body = 'taken' WHERE tenant_id = \(bob)",
                scope: .tenant(ada)
            )
            #expect(changed == 0)
            let error = await postgresError {
                try await insert("forged", bob, into: database.scoped(to: .tenant(ada)))
            }
            #expect(error?.isInsufficientPrivilege == true)
        }
    }

    @Test("Transactions set the tenant, and leave nothing of it on their connection")
    func transactions() async throws {
        try await withDatabase({
            $0.transactionConnections = 1
            $0.pipelinedConnections = 1
        }) { database async throws in
            try await database.transaction(scope: .tenant(ada)) { try await insert("mine", ada, into: $0) }
            #expect(
                try await database.transaction(scope: .tenant(bob)) { try await $0.query("SELECT FROM notes") }.isEmpty
            )
            #expect(try await database.transaction(scope: .none) { try await $0.query("SELECT FROM notes") }.isEmpty)
            #expect(
                try await database.transaction(scope: .platform) { try await $0.query("SELECT FROM notes") }.count == 1
            )
            #expect(try await database.query("SELECT FROM notes", scope: .tenant(ada)).count == 1)
            #expect(try await database.query("SELECT FROM notes", scope: .none).isEmpty)
        }
    }

    @Test("The login role cannot change tables, read another service's, or set its role free")
    func privileges() async throws {
        let services = [notes, TestService("others", migrations: [])]
        try await withTestDatabase(services: services) { test in
            try await with(Database(configuration: test.configuration(for: "others"), logger: logger)) { other in
                let error = await postgresError { try await other.query("SELECT FROM notes.notes", scope: .platform) }
                #expect(error?.isInsufficientPrivilege == true)
            }
            try await with(Database(configuration: test.configuration(for: "notes"), logger: logger)) { database in
                let forbidden: [SQL] = [
                    "ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "CREATE TABLE mine (id int)", "DROP TABLE notes",
                    "ALTER ROLE notes BYPASSRLS", "SET ROLE notes_owner", "CREATE TABLE public.mine (id int)",
                ]
                for sql in forbidden {
                    let error = await postgresError { try await database.query(sql, scope: .platform) }
                    #expect(error?.isInsufficientPrivilege == true, "\(sql.text)")
                }
            }
        }
    }

    private func insert(_ body: String, _ tenant: PostgresUUID, into executor: some SQLExecutor) async throws {
        try await executor.execute("INSERT INTO notes (tenant_id, body) VALUES (\(tenant), \(body))")
    }
}
