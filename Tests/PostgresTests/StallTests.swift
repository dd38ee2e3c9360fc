import Postgres
import TestKit
import Testing

@Suite("Statements that stall others", .timeLimit(.minutes(10))) struct StallTests {
    /// Lets a lock be held, and be waited for, as long as a busy machine needs.
    private static let patient: @Sendable (inout PostgresConfiguration) -> Void = {
        $0.idleTransactionTimeout = .seconds(60)
        $0.queryTimeout = .seconds(60)
    }

    @Test(
        "While a table is locked, statements that do not need it get their answers, however many kinds do",
        arguments: [1, 8]
    )
    func lockedTable(kinds: Int) async throws {
        try await withDatabase(Self.patient) { database in
            try await database.execute("INSERT INTO counters VALUES (1, 5)", scope: .none)
            let blocked = try await database.transaction(scope: .none) { holder in
                try await holder.execute("LOCK TABLE counters IN ACCESS EXCLUSIVE MODE")
                var tasks = reads(100, kinds: kinds, of: database)
                // Before that, others may still be sent behind it.
                try await untilOthersWait(for: holder)
                // Statements already sent behind the first ones wait with them.
                try await until {
                    // Too late is an answer as well: the next attempt may be on another connection.
                    try? await database.query("SELECT 1", scope: .none, timeout: .milliseconds(500))
                }
                tasks += reads(100, kinds: kinds, of: database)
                for number in 0..<200 {
                    #expect(try await database.one("SELECT \(number)", scope: .none)[0] == number)
                }
                return tasks
            }
            for read in blocked { #expect(try await read.value[0] == 5) }
        }
    }

    private func reads(_ count: Int, kinds: Int, of database: Database) -> [Task<PostgresRow, any Error>] {
        (0..<count).map { number in
            let sql: SQL = "SELECT value AS \(raw: "kind\(number % kinds)") FROM counters"
            return Task { try await database.one(sql, scope: .none) }
        }
    }

    @Test("While one row is locked, the same statement changes other rows")
    func lockedRow() async throws {
        try await withDatabase(Self.patient) { database in
            try await database.execute("INSERT INTO counters SELECT id, 0 FROM generate_series(1, 50) id", scope: .none)
            let blocked = try await database.transaction(scope: .none) { holder in
                _ = try await holder.query("SELECT FROM counters WHERE id = 1 FOR UPDATE")
                let blocked = Task { try await database.query(add(to: 1), scope: .none) }
                try await untilOthersWait(for: holder)
                // Statements already sent behind the first one wait with it.
                try await until { try? await database.query(add(to: 2), scope: .none, timeout: .milliseconds(500)) }
                for id in 3...50 { try await database.execute(add(to: id), scope: .none) }
                return blocked
            }
            _ = try await blocked.value
            let changed = try await database.one("SELECT count(*) FROM counters WHERE value > 0", scope: .none)
            #expect(try changed[0] == 50)
        }
    }

    private func add(to id: Int) -> SQL { "UPDATE counters SET value = value + 1 WHERE id = \(id)" }

    @Test("A transaction that stands still is undone, and its rows are free; it runs again", arguments: [true, false])
    func idleTransaction(goesOn: Bool) async throws {
        try await withDatabase({ $0.idleTransactionTimeout = .seconds(3) }) { database in
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
