import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic

@Suite("Migrations of academic", .timeLimit(.minutes(2)))
struct MigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Any way up and down the migrations ends in the same schema", .serialized, arguments: Seed.batch(100))
    func upDownUp(seed: Seed) async throws {
        let migrations = serviceKitMigrations + academicMigrations
        try await withTestDatabase(services: [TestService("academic", migrations: migrations)]) { database in
            let owner = database.ownerConfiguration(for: "academic")
            let migrator = Migrator(configuration: owner, schema: "academic", migrations: migrations, logger: .silent)
            let schema = try await schemaFingerprint(of: "academic", in: database.superuserConfiguration)
            var random = seed.generator
            let kept = Int.random(in: 0..<migrations.count, using: &random)
            #expect(try await migrator.down(to: kept).count == migrations.count - 1 - kept)
            #expect(try await migrator.up().count == migrations.count - 1 - kept)
            #expect(try await migrator.up().isEmpty)
            #expect(try await schemaFingerprint(of: "academic", in: database.superuserConfiguration) == schema)
        }
    }
}
