import Loops
import Postgres
import TestKit
import Testing

@Suite("A database on a loop", .timeLimit(.minutes(10)))
struct LoopTests {
    private func withLoop(_ body: (Loop, Database) async throws -> Void) async throws {
        try await withTestDatabase(services: [notes]) { test in
            var configuration = test.configuration(for: "notes")
            configuration.stallPatience = .seconds(30)
            let loop = Loop(name: "test", logger: logger)
            let database = Database(configuration: configuration, logger: logger, loop: loop)
            try await with(database) { database in
                try await database.ping()
                try await body(loop, database)
            }
        }
    }

    @Test("Statements that tasks queue in one turn leave together at its end")
    func oneBatch() async throws {
        try await withLoop { loop, database in
            let before = database.figures.batches
            let sum = try await Task(executorPreference: loop) {
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<20 {
                        group.addTask { try await database.one("SELECT \(number)", scope: .none)[0] }
                    }
                    return try await group.reduce(0, +)
                }
            }.value
            #expect(sum == 190)
            #expect(database.figures.batches == before + 1)
        }
    }

    @Test("A task on the loop resumes there when its rows have come, in a transaction too")
    func continuation() async throws {
        try await withLoop { loop, database in
            let places = try await Task(executorPreference: loop) {
                try await database.ping()
                let afterStatement = loop.isCurrent
                let inTransaction = try await database.transaction(scope: .none) { transaction in
                    _ = try await transaction.query("SELECT 1")
                    return loop.isCurrent
                }
                return [afterStatement, inTransaction, loop.isCurrent]
            }.value
            #expect(places == [true, true, true])
        }
    }
}
