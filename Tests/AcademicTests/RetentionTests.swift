import ServiceKit
import TestKit
import Testing

@testable import Academic

@Suite("How long academic keeps rows", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test("Every table has a reason to stay, which the documentation repeats")
    func declarations() async throws {
        try await withAcademic { academic in
            let walk = RetentionWalk("academic", academicTables, in: academic.testDatabase)
            let undeclared = try await walk.undeclared()
            #expect(undeclared == [])
            #expect(try walk.undocumented() == [])
        }
    }
}
