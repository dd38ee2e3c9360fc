import Foundation
import Postgres
import TestKit
import Testing

@testable import Operator

@Suite("A daemon and its schema", .timeLimit(.minutes(10)))
struct SchemaTests {
    @Test("Without the schema owner's password it waits until somebody else has migrated, then serves")
    func waitsForMigrations() async throws {
        try await withAcademic { _, program, log, variables in
            var withoutOwner = variables
            withoutOwner["POSTGRES_MIGRATION_URL"] = nil
            let process = try ChildProcess([program], environment: withoutOwner, output: log)
            defer { process.signal(SIGTERM) }
            func hasLogged(_ text: String) -> Void? { readText(log)?.contains(text) == true ? () : nil }
            try await until { hasLogged("Waiting for the schema's migrations") }
            #expect(hasLogged("\"Ready\"") == nil)

            let (status, output) = try await ChildProcess.run([program, "migrate"], environment: variables)
            #expect(status == .exited(0), "\(output)")
            try await until { hasLogged("\"Ready\"") }
            #expect(process.status == nil)
        }
    }

    @Test("It starts on a schema to which a newer release has added migrations of its own and of ServiceKit's")
    func newerSchema() async throws {
        try await withAcademic { database, program, log, variables in
            let (status, output) = try await ChildProcess.run([program, "migrate"], environment: variables)
            #expect(status == .exited(0), "\(output)")
            _ = try await withDatabase(database.superuserConfiguration) { database in
                try await database.execute(
                    """
                    INSERT INTO academic.schema_migrations (version, name, checksum)
                    VALUES (8999, '8999_newer', ''), (9999, '9999_newer', '')
                    """,
                    scope: .none
                )
            }
            let process = try ChildProcess([program], environment: variables, output: log)
            defer { process.signal(SIGTERM) }
            try await until { readText(log)?.contains("\"Ready\"") == true ? () : nil }
            #expect(readText(log)?.contains("8999_newer, 9999_newer") == true)
            #expect(process.status == nil)
        }
    }

    /// Makes an empty schema for academic.
    ///
    /// - Parameter body: Gets the database, the daemon's program, the file for its log, and its variables, the owner's
    ///   URL among them.
    /// - Throws: What `body` throws.
    private func withAcademic(
        _ body: (_ database: TestDatabase, _ program: String, _ log: String, [String: String]) async throws -> Void
    ) async throws {
        try await withTestDatabase(services: [TestService("academic", migrations: [])]) { database in
            try await withTemporaryFolder { folder in
                let home = Home(folder)
                try home.prepare()
                let topology = try Topology(home: home, port: 0, replicas: [:])
                let daemon = try #require(topology.replicas(of: .academic).first)
                func url(_ role: String) -> String {
                    let host = database.superuserConfiguration.url.split(separator: "?").last ?? ""
                    return "postgresql://\(role):test@/\(database.name)?\(host)"
                }
                var variables = try topology.environment(of: daemon, home, PostgresCluster(home, account: nil))
                variables["POSTGRES_URL"] = url("academic")
                variables["POSTGRES_MIGRATION_URL"] = url("academic_owner")
                try await body(database, program(of: .academic), home.logFile(of: "academic"), variables)
            }
        }
    }
}
