import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("Migrations of auth", .timeLimit(.minutes(10)))
struct AuthMigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func property11() async throws {
        #expect(try await migrationFault(of: "auth", serviceKitMigrations + authMigrations) == nil)
    }
}
