import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("Migrations of auth")
struct AuthMigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("However often migrations run, up and down, the schema is the one that one run makes")
    func idempotency() async throws {
        try await withTestDatabase(services: [TestAuth.service]) { database in
            let migrations = serviceKitMigrations + authMigrations
            let migrator = Migrator(
                configuration: database.ownerConfiguration(for: "auth"),
                schema: "auth",
                migrations: migrations,
                logger: .silent
            )
            let expected = try await schemaFingerprint(of: "auth", in: database.superuserConfiguration)
            for seed in Seed.batch(100) {
                var random = seed.generator
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    if Bool.random(using: &random) {
                        try await migrator.down(to: Int.random(in: 0...authMigrations.count, using: &random))
                    } else {
                        try await migrator.up()
                    }
                }
                try await migrator.up()
                #expect(try await migrator.up().isEmpty, "\(seed)")
                #expect(
                    try await schemaFingerprint(of: "auth", in: database.superuserConfiguration) == expected,
                    "\(seed)"
                )
            }
        }
    }
}
