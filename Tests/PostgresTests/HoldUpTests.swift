import Postgres
import TestKit
import Testing

@Suite("Statements that hold others up", .timeLimit(.minutes(2))) struct HoldUpTests {
    @Test("While a table is locked, statements that do not need it get their answers")
    func lockedTable() async throws {
        try await withDatabase({ $0.idleTransactionTimeout = .seconds(60) }) { database in
            try await database.execute("INSERT INTO counters VALUES (1, 5)", scope: .none)
            let blocked = try await database.transaction(scope: .none) { holder in
                try await holder.execute("LOCK TABLE counters IN ACCESS EXCLUSIVE MODE")
                var tasks = reads(100, of: database)
                // What was sent behind the first ones has to wait with them.
                try await until {
                    // Too late is an answer as well: the next attempt may be on another connection.
                    try? await database.query("SELECT 1", scope: .none, timeout: .milliseconds(500))
                }
                tasks += reads(100, of: database)
                for number in 0..<200 {
                    #expect(try await database.one("SELECT \(number)", scope: .none)[0] == number)
                }
                return tasks
            }
            for read in blocked { #expect(try await read.value[0] == 5) }
        }
    }

    private func reads(_ count: Int, of database: Database) -> [Task<PostgresRow, any Error>] {
        (0..<count).map { _ in Task { try await database.one("SELECT value FROM counters", scope: .none) } }
    }

    @Test("A transaction that stands still is undone, and its rows are free; it runs again", arguments: [true, false])
    func idleTransaction(goesOn: Bool) async throws {
        try await withDatabase({ $0.idleTransactionTimeout = .milliseconds(300) }) { database in
            try await database.execute("INSERT INTO counters VALUES (1, 0)", scope: .none)
            var runs = 0
            try await database.transaction(scope: .none) { transaction in
                runs += 1
                try await transaction.execute("UPDATE counters SET value = value + 1 WHERE id = 1")
                guard runs == 1 else { return }
                // As in a process that is held still, nothing more comes until somebody else has got the row.
                try await database.execute("UPDATE counters SET value = value + 10 WHERE id = 1", scope: .none)
                if goesOn { _ = try await transaction.query("SELECT 1") }
            }
            #expect(runs > 1)
            #expect(try await database.one("SELECT value FROM counters", scope: .none)[0] == 11)
        }
    }
}
