import Postgres
import Synchronization
import TestKit
import Testing

@Suite("Deadlocks and serialization failures")
struct RetryTests {
    @Test("Transactions that lock the same rows in opposite orders all commit")
    func deadlocks() async throws {
        try await withDatabase { database in
            try await database.execute("INSERT INTO counters VALUES (1, 0), (2, 0)", scope: .none)
            let runs = Runs()
            for _ in 0..<3 {
                // Each holds its first row until the other does, so that the first round is a deadlock for sure.
                let bothHold = Meeting(of: 2)
                try await withThrowingTaskGroup { group in
                    for order in [[1, 2], [2, 1]] {
                        group.addTask {
                            try await database.transaction(scope: .none) { transaction in
                                runs.add()
                                for (index, id) in order.enumerated() {
                                    try await transaction.execute(
                                        "UPDATE counters SET value = value + 1 WHERE id = \(id)"
                                    )
                                    if index == 0 { await bothHold.arrive() }
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let values = try await database.query("SELECT value FROM counters ORDER BY id", scope: .none)
            #expect(try values.map { try $0["value"] as Int } == [6, 6])
            #expect(runs.count > 6)
        }
    }

    @Test("A transaction that keeps failing is run so often and no more, and leaves with its error")
    func bounded() async throws {
        try await withDatabase { database in
            let runs = Runs()
            let error = await postgresError {
                try await database.transaction(scope: .none) { transaction in
                    runs.add()
                    try await transaction.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
                }
            }
            #expect(error?.isSerializationFailure == true)
            #expect(runs.count == Database.usualAttempts)
        }
    }

    @Test("A single statement is run again as well")
    func singleStatements() async throws {
        try await withDatabase { database in
            // A sequence counts also what is undone.
            try await database.execute(
                """
                DO $$ BEGIN
                    INSERT INTO notes (tenant_id, body) VALUES ('01910000-0000-7000-8000-000000000001', 'x');
                    IF lastval() < 3 THEN RAISE SQLSTATE '40P01'; END IF;
                END $$
                """,
                scope: .platform
            )
            let row = try await database.one("SELECT id FROM notes", scope: .platform)
            #expect(try row["id"] as Int == 3)
        }
    }

    @Test("Without time left there is no other attempt")
    func timeLeft() async throws {
        try await withDatabase { database in
            let runs = Runs()
            _ = await postgresError {
                try await database.transaction(scope: .none, attempts: 1_000_000, timeout: .seconds(3)) {
                    transaction in
                    runs.add()
                    try await transaction.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
                }
            }
            #expect((1...100).contains(runs.count))
        }
    }
}

private final class Runs: Sendable {
    private let runs = Mutex(0)
    var count: Int { runs.withLock(\.self) }
    func add() { runs.withLock { $0 += 1 } }
}

/// Lets tasks go on once so many have come; later ones pass.
private final class Meeting: Sendable {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(of count: Int) { state = Mutex(State(missing: count)) }

    func arrive() async {
        await withCheckedContinuation { continuation in
            let released = state.withLock { state in
                state.missing -= 1
                guard state.missing <= 0 else {
                    state.waiting.append(continuation)
                    return [CheckedContinuation<Void, Never>]()
                }
                defer { state.waiting = [] }
                return state.waiting + [continuation]
            }
            for waiter in released { waiter.resume() }
        }
    }
}
