import Contracts
import Logging
import Mesh
import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite("Whether a service can do its work")
struct HealthTests {
    @Test("A service whose database is away says over the mesh that it cannot work")
    func databaseAway() async throws {
        try await withTestDatabase { test in
            // The first connection may take a busy server longer than a question for its health does.
            try await until { try await status(test.superuserConfiguration) == 200 ? () : nil }
        }
        let away = try await status(PostgresConfiguration(url: "postgresql://nobody@/nowhere?host=/nonexistent"))
        #expect(away == 503)
    }

    private func status(_ configuration: PostgresConfiguration) async throws -> Int {
        try await withDatabase(configuration) { database in
            let dispatcher = Dispatcher(lab: "lab", database: database)
            return await dispatcher.handle(MeshRequest(operation: "mesh.health", timeLeft: .seconds(10))).status
        }
    }
}
