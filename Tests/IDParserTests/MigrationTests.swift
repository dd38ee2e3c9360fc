import ServiceKit
import TestKit
import Testing

@testable import IDParser

@Suite("Migrations of the id-parser", .timeLimit(.minutes(10)))
struct IDParserMigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func property11() async throws {
        #expect(try await migrationFault(of: "id_parser", serviceKitMigrations + idParserMigrations) == nil)
    }
}
