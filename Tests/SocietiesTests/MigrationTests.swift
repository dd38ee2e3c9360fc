import Logging
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies

@Suite("Migrations of societies", .timeLimit(.minutes(2)))
struct MigrationTests {
    /// Feature: rovierr, Property 11: migrations applied again change nothing, and up, down, up gives the same schema.
    @Test(
        "Property 11: any way up and down the migrations ends in the same schema",
        .serialized,
        arguments: Seed.batch(100)
    )
    func property11(seed: Seed) async throws {
        let migrations = serviceKitMigrations + societiesMigrations
        try await withTestDatabase(services: [TestService("societies", migrations: migrations)]) { database in
            let owner = database.ownerConfiguration(for: "societies")
            let migrator = Migrator(configuration: owner, schema: "societies", migrations: migrations, logger: .silent)
            let schema = try await schemaFingerprint(of: "societies", in: database.superuserConfiguration)
            var random = seed.generator
            for _ in 0..<2 {
                let kept = Int.random(in: 0..<migrations.count, using: &random)
                #expect(try await migrator.down(to: kept).count == migrations.count - 1 - kept)
                #expect(try await migrator.up().count == migrations.count - 1 - kept)
                #expect(try await migrator.up().isEmpty)
            }
            #expect(try await schemaFingerprint(of: "societies", in: database.superuserConfiguration) == schema)
        }
    }
}
