import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic

@Suite("Migrations of academic", .timeLimit(.minutes(2)))
struct MigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    //
    // In one database, one seed after the other: a hundred of them side by side would need as many connections.
    @Test("Any way up and down the migrations ends in the same schema")
    func upDownUp() async throws {
        let migrations = serviceKitMigrations + academicMigrations
        try await withTestDatabase(services: [TestService("academic", migrations: migrations)]) { database in
            let owner = database.ownerConfiguration(for: "academic")
            let migrator = Migrator(configuration: owner, schema: "academic", migrations: migrations, logger: .silent)
            let schema = try await schemaFingerprint(of: "academic", in: database.superuserConfiguration)
            for seed in Seed.batch(100) {
                var random = seed.generator
                let kept = try #require(migrations.map(\.version).randomElement(using: &random))
                let undone = migrations.count { $0.version > kept }
                #expect(try await migrator.down(to: kept).count == undone, "\(seed)")
                #expect(try await migrator.up().count == undone, "\(seed)")
                #expect(try await migrator.up().isEmpty, "\(seed)")
                let now = try await schemaFingerprint(of: "academic", in: database.superuserConfiguration)
                #expect(now == schema, "\(seed)")
            }
        }
    }
}
