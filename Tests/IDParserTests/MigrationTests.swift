import Postgres
import ServiceKit
import TestKit
import Testing

@testable import IDParser

@Suite("Migrations of the id-parser")
struct IDParserMigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("However often migrations run, up and down, the schema is the one that one run makes")
    func idempotency() async throws {
        try await withTestDatabase(services: [TestIDParser.service]) { database in
            let migrator = Migrator(
                configuration: database.ownerConfiguration(for: "id_parser"),
                schema: "id_parser",
                migrations: serviceKitMigrations + idParserMigrations,
                logger: .silent
            )
            let expected = try await schemaFingerprint(of: "id_parser", in: database.superuserConfiguration)
            for seed in Seed.batch(100) {
                var random = seed.generator
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    if Bool.random(using: &random) {
                        try await migrator.down(to: Int.random(in: 0...idParserMigrations.count, using: &random))
                    } else {
                        try await migrator.up()
                    }
                }
                try await migrator.up()
                #expect(try await migrator.up().isEmpty, "\(seed)")
                let present = try await schemaFingerprint(of: "id_parser", in: database.superuserConfiguration)
                #expect(present == expected, "\(seed)")
            }
        }
    }
}
