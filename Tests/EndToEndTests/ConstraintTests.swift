import Postgres
import ServiceKit
import Testing

@testable import Academic
@testable import Forms
@testable import IDParser
@testable import Societies

extension EndToEnd {
    @Suite("Refusals for violated constraints")
    struct ConstraintTests {
        /// The refusals of each service that has some, with the schema of its tables.
        private static let refusals: [(String, Refusals)] = [
            ("academic", academicRefusals), ("forms", formsRefusals), ("id_parser", idParserRefusals),
            ("societies", societiesRefusals),
        ]

        @Test("Each refusal belongs to a constraint or a unique index of the migrated tables", arguments: refusals)
        func names(schema: String, refusals: Refusals) async throws {
            let system = try await TestSystem.shared()
            let names = try await system.withDatabase(of: schema) { database in
                try await database.query(
                    """
                    SELECT conname::text AS name FROM pg_constraint WHERE connamespace = to_regnamespace(\(schema))
                    UNION
                    SELECT relname::text FROM pg_class JOIN pg_index ON indexrelid = pg_class.oid
                    WHERE relnamespace = to_regnamespace(\(schema)) AND indisunique
                    """,
                    scope: .none
                ).map { try $0["name"] as String }
            }
            #expect(!refusals.isEmpty && Set(refusals.keys).subtracting(names).isEmpty)
        }
    }
}
