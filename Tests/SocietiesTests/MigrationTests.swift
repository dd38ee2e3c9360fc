import Logging
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies

@Suite("Migrations of societies", .timeLimit(.minutes(5)))
struct MigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    //
    // In one database, one seed after the other: a hundred of them side by side would need as many connections.
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func property11() async throws {
        let migrations = serviceKitMigrations + societiesMigrations
        try await withTestDatabase(services: [TestService("societies", migrations: migrations)]) { database in
            let owner = database.ownerConfiguration(for: "societies")
            let migrator = Migrator(configuration: owner, schema: "societies", migrations: migrations, logger: .silent)
            let schema = try await schemaFingerprint(of: "societies", in: database.superuserConfiguration)
            for seed in Seed.batch(100) {
                var random = seed.generator
                let kept = try #require(migrations.map(\.version).randomElement(using: &random))
                let undone = migrations.count { $0.version > kept }
                #expect(try await migrator.down(to: kept).count == undone, "\(seed)")
                #expect(try await migrator.up().count == undone, "\(seed)")
                #expect(try await migrator.up().isEmpty, "\(seed)")
                let again = try await schemaFingerprint(of: "societies", in: database.superuserConfiguration)
                #expect(again == schema, "\(seed)")
            }
        }
    }
}
