import ServiceKit
import TestKit
import Testing

@testable import Notifier

@Suite("Migrations of the notifier", .timeLimit(.minutes(10)))
struct MigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func property11() async throws {
        #expect(try await migrationFault(of: "notifier", serviceKitMigrations + notifierMigrations) == nil)
    }
}
