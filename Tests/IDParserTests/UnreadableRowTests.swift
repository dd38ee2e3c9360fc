import AcademicContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import IDParser
@testable import IDParserContracts

@Suite("Rows of id-parser that can't be read")
struct UnreadableRowTests {
    @Test("Lists leave them out, a single read is a fault of the service, and other patterns still match")
    func lists() async throws {
        try await withIDParser { parser in
            let university = try await parser.open("A").id
            var patterns: [IDPattern] = []
            for (name, pattern) in [("One", "1[0-9]{4}"), ("Two", "2[0-9]{4}"), ("Three", "3[0-9]{4}")] {
                patterns.append(try await parser.create(ServiceLab.pattern(pattern, of: "A", name: name)))
            }
            // A trigger looks in the schema of the service's own database.
            let walk = SpoiledRows(of: parser.walked, superuser: parser.database.database)
            let faults = try await walk.faults([
                SpoiledList(
                    ListIDPatterns(),
                    as: parser.admin(at: university),
                    single: GetIDPattern(id: patterns[1].id),
                    spoil: """
                        UPDATE id_patterns SET examples = '{"accept": [1]}', revision = revision + 1
                        WHERE id = \(patterns[1].id)
                        """
                )
            ])
            #expect(faults == [])
            #expect(try await parser.parse("31234", code: "A").matches.map(\.studentId) == ["31234"])
        }
    }
}
