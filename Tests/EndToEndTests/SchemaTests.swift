import Foundation
import Postgres
import TestKit
import Testing

@testable import Operator

@Suite("A daemon without its schema owner's password", .timeLimit(.minutes(2)))
struct SchemaTests {
    @Test("It waits until somebody else has migrated, then serves")
    func waitsForMigrations() async throws {
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
                let program = try program(of: .academic)
                var variables = try topology.environment(of: daemon, home, PostgresCluster(home, account: nil))
                variables["POSTGRES_URL"] = url("academic")
                variables["POSTGRES_MIGRATION_URL"] = nil

                let log = home.logFile(of: "academic")
                let process = try ChildProcess([program], environment: variables, output: log)
                defer { kill(process.pid, SIGTERM) }
                func hasLogged(_ text: String) -> Void? { readText(log)?.contains(text) == true ? () : nil }
                try await until { hasLogged("Waiting for the schema's migrations") }
                #expect(hasLogged("\"Ready\"") == nil)

                variables["POSTGRES_MIGRATION_URL"] = url("academic_owner")
                let (status, output) = try await ChildProcess.run([program, "migrate"], environment: variables)
                #expect(status == .exited(0), "\(output)")
                try await until { hasLogged("\"Ready\"") }
                #expect(process.status == nil)
            }
        }
    }
}
