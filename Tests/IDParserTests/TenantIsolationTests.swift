import AcademicContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import IDParser
@testable import IDParserContracts

@Suite("Patterns of two universities", .timeLimit(.minutes(10)))
struct TenantIsolationTests {
    @Test("Nobody reads or changes another university's patterns, although their ids are known")
    func handlers() async throws {
        try await withIDParser { parser in
            let (north, south) = (try await parser.open("NORTH"), try await parser.open("SOUTH"))
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "NORTH"))
            let stranger = parser.admin(at: south.id)
            let refusals = [
                try await refusal { try await parser.get(made.id, by: stranger) },
                try await refusal {
                    try await parser.update(UpdateIDPattern(id: made.id, isActive: .set(false)), by: stranger)
                },
                try await refusal {
                    try await parser.call(
                        ReplaceIDPattern(id: made.id, name: made.name, pattern: made.pattern),
                        as: stranger
                    )
                },
                try await refusal { try await parser.call(DeleteIDPattern(id: made.id), as: stranger) },
            ]
            #expect(refusals.allSatisfy { $0 == .notFound }, "\(refusals)")
            #expect(
                try await refusal { try await parser.create(ServiceLab.pattern("\\d", of: "NORTH"), by: stranger) }
                    == .forbidden
            )
            #expect(try await parser.list(ListIDPatterns(), by: stranger).pagination.total == 0)
            #expect(try await parser.get(made.id, by: parser.admin(at: north.id)) == made)
            #expect(try await refusal { try await parser.create(ServiceLab.pattern("\\d", of: "WEST")) } == .notFound)
        }
    }

    @Test("The service's own role sees and changes only the rows of the tenant that it names")
    func rows() async throws {
        try await withIDParser { parser in
            let (north, south) = (try await parser.open("NORTH"), try await parser.open("SOUTH"))
            let made = try await parser.create(ServiceLab.pattern("\\d{8}", of: "NORTH"))
            let database = parser.database.database
            for scope in [TenantScope.none, .university(south.id)] {
                #expect(try await database.query("SELECT id FROM id_patterns", scope: scope).isEmpty)
                #expect(try await database.execute("UPDATE id_patterns SET is_active = false", scope: scope) == 0)
                #expect(try await database.execute("DELETE FROM id_patterns", scope: scope) == 0)
                #expect(
                    try await database.execute(
                        "UPDATE universities SET code = 'X' WHERE id = \(north.id)",
                        scope: scope
                    ) == 0
                )
                let insertion: SQL = """
                    INSERT INTO id_patterns (id, tenant_id, name, pattern, checksum, fields, examples, priority, is_active)
                    VALUES (\(IDPatternID()), \(north.id), 'x', 'x', 'none', '{}', '{}', 0, true)
                    """
                let error = await #expect(throws: PostgresError.self) {
                    try await database.execute(insertion, scope: scope)
                }
                #expect(error?.sqlState == "42501")
            }
            // A row cannot be handed to another tenant either.
            _ = try await parser.create(ServiceLab.pattern("\\d{8}", of: "SOUTH"))
            let error = await #expect(throws: PostgresError.self) {
                try await database.execute(
                    "UPDATE id_patterns SET tenant_id = \(south.id)",
                    scope: .university(north.id)
                )
            }
            #expect(error?.sqlState == "42501")
            #expect(try await parser.get(made.id) == made)
        }
    }
}
