import ServiceKit
import TestKit
import Testing

@testable import IDParser

@Suite("How long the id-parser keeps rows", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test("Every table has a reason to stay, which the documentation repeats")
    func declarations() async throws {
        try await withIDParser { parser in
            let walk = RetentionWalk("id-parser", idParserTables, in: parser.testDatabase)
            let undeclared = try await walk.undeclared()
            #expect(undeclared == [])
            #expect(try walk.undocumented() == [])
        }
    }
}
