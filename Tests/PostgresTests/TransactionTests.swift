import Postgres
import TestKit
import Testing

@Suite("Transactions", .timeLimit(.minutes(10))) struct TransactionTests {
    struct Refused: Error {}

    @Test("What returns is committed, what throws is undone")
    func commitAndRollback() async throws {
        try await withDatabase { database async throws in
            let count = try await database.transaction(scope: .none) { transaction in
                try await transaction.execute("INSERT INTO counters VALUES (1, 1)")
                return try await transaction.execute("INSERT INTO counters VALUES (2, 1)")
            }
            #expect(count == 1)
            await #expect(throws: Refused.self) {
                try await database.transaction(scope: .none) { transaction in
                    try await transaction.execute("INSERT INTO counters VALUES (3, 1)")
                    throw Refused()
                }
            }
            let error = await postgresError {
                try await database.transaction(scope: .none) { transaction in
                    try await transaction.execute("INSERT INTO counters VALUES (4, 1)")
                    try await transaction.execute("INSERT INTO counters VALUES (1, 1)")
                }
            }
            #expect(error?.isUniqueViolation == true)
            #expect(try await ids(database) == [1, 2])
        }
    }

    @Test("A swallowed failure cannot be committed")
    func swallowedFailure() async throws {
        try await withDatabase { database async throws in
            let error = await postgresError {
                try await database.transaction(scope: .none) { transaction in
                    try await transaction.execute("INSERT INTO counters VALUES (1, 1)")
                    _ = await postgresError { try await transaction.query("SELECT 1 / 0") }
                }
            }
            #expect(error?.kind == .transactionAborted)
            #expect(try await ids(database) == [])
        }
    }

    @Test("A transaction without statements does nothing")
    func empty() async throws {
        try await withDatabase { database async throws in
            #expect(try await database.transaction(scope: .platform) { _ in 5 } == 5)
        }
    }

    @Test("64 tasks add to one row through 4 connections, and nothing is lost")
    func contention() async throws {
        try await withDatabase { database async throws in
            try await database.execute("INSERT INTO counters VALUES (1, 0)", scope: .none)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await database.transaction(scope: .none) { transaction in
                                let row = try await transaction.one(
                                    "SELECT value FROM counters WHERE id = 1 FOR UPDATE"
                                )
                                let value: Int = try row["value"]
                                try await transaction.execute("UPDATE counters SET value = \(value + 1) WHERE id = 1")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.one("SELECT value FROM counters", scope: .none)[0] == 640)
        }
    }

    @Test("Serialization failures are repeated as often as asked")
    func serializable() async throws {
        try await withDatabase { database async throws in
            try await database.execute("INSERT INTO counters VALUES (1, 0)", scope: .none)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        for _ in 0..<10 {
                            try await database.transaction(scope: .none, isolation: .serializable, attempts: 100) {
                                let value: Int = try await $0.one("SELECT value FROM counters WHERE id = 1")[0]
                                try await $0.execute("UPDATE counters SET value = \(value + 1) WHERE id = 1")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.one("SELECT value FROM counters", scope: .none)[0] == 40)
        }
    }

    @Test("A cancelled task cancels its statement, undoes the transaction and keeps the connection")
    func cancellation() async throws {
        try await withDatabase({ $0.transactionConnections = 1 }) { database async throws in
            let process: Int32 = try await backend(database)
            let (reached, signal) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await database.transaction(scope: .none) { transaction in
                    try await transaction.execute("INSERT INTO counters VALUES (1, 1)")
                    signal.finish()
                    _ = try await transaction.query("SELECT pg_sleep(60)")
                }
            }
            for await _ in reached {}
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await ids(database) == [])
            #expect(try await backend(database) == process)
        }
    }

    @Test("A transaction that is late is cancelled and undone, and keeps the connection")
    func timeout() async throws {
        try await withDatabase({ $0.transactionConnections = 1 }) { database async throws in
            let process = try await backend(database)
            let error = await postgresError {
                try await database.transaction(scope: .none, timeout: .milliseconds(100)) { transaction in
                    try await transaction.execute("INSERT INTO counters VALUES (1, 1)")
                    _ = try await transaction.query("SELECT pg_sleep(60)")
                }
            }
            #expect(error?.kind == .timedOut)
            #expect(try await ids(database) == [])
            #expect(try await backend(database) == process)
        }
    }

    @Test("Who waits for a connection too long is told so, and who waits in vain is refused")
    func exhaustedPool() async throws {
        try await withDatabase({
            $0.transactionConnections = 1
            $0.maximumQueued = 1
        }) { database async throws in
            try await database.transaction(scope: .none) { transaction in
                try await transaction.execute("INSERT INTO counters VALUES (1, 1)")
                async let waiting = postgresError {
                    try await database.transaction(scope: .none, timeout: .seconds(2)) { _ in }
                }
                async let other = postgresError {
                    try await database.transaction(scope: .none, timeout: .seconds(2)) { _ in }
                }
                let kinds = await [waiting?.kind, other?.kind]
                #expect(kinds.contains(.timedOut))
                #expect(kinds.contains(.queueFull))
            }
        }
    }

    @Test("A large value passes inside a transaction")
    func largeValue() async throws {
        try await withDatabase { database async throws in
            let text = String(repeating: "é", count: 5_000_000)
            try await database.transaction(scope: .none) { transaction async throws in
                #expect(try await transaction.one("SELECT \(text)")[0] == text)
            }
        }
    }

    private func ids(_ database: Database) async throws -> [Int] {
        try await database.query("SELECT id FROM counters ORDER BY id", scope: .none).map { try $0["id"] }
    }

    private func backend(_ database: Database) async throws -> Int32 {
        try await database.transaction(scope: .none) { try await $0.one("SELECT pg_backend_pid()")[0] }
    }
}
