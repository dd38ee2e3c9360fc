import TestKit
import Testing

@testable import Auth

@Suite("Migrations of auth", .timeLimit(.minutes(5)))
struct MigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func property11() async throws {
        #expect(try await migrationFaults(of: "auth", authMigrations) == [])
    }
}
