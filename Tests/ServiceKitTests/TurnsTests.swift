import ServiceKit
import Synchronization
import TestKit
import Testing

@Suite("Turns", .timeLimit(.minutes(10)))
struct TurnsTests {
    /// The things that each person is doing.
    private final class Doing: Sendable {
        private let counts = Mutex<[String: Int]>([:])

        var all: [String: Int] { counts.withLock { $0 } }

        func begin(_ person: String) -> Int {
            counts.withLock { counts in
                counts[person, default: 0] += 1
                return counts[person] ?? 0
            }
        }

        func end(_ person: String) { counts.withLock { $0[person, default: 0] -= 1 } }
    }

    @Test("A person does as many things at once as the limit allows, whatever others do, and all are done")
    func limit() async throws {
        let turns = Turns<String>(limit: 2)
        let doing = Doing()
        let gate = Gate()
        let most = try await withThrowingTaskGroup(of: Int.self) { group in
            for person in ["a", "b"] {
                for _ in 0..<5 {
                    group.addTask {
                        try await turns.run(for: person) {
                            let count = doing.begin(person)
                            await gate.pass()
                            doing.end(person)
                            return count
                        }
                    }
                }
            }
            try await until { doing.all == ["a": 2, "b": 2] ? true : nil }
            gate.open()
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(most.count == 10 && most.max() == 2)
        #expect(doing.all == ["a": 0, "b": 0])
    }

    @Test("Work that is cancelled while it waits takes no turn, and work that fails passes its turn on")
    func cancellation() async throws {
        struct Failure: Error {}
        let turns = Turns<String>(limit: 1)
        let doing = Doing()
        let gate = Gate()
        let first = Task {
            try await turns.run(for: "a") {
                _ = doing.begin("a")
                await gate.pass()
                throw Failure()
            }
        }
        try await until { doing.all["a"] == 1 ? true : nil }
        let waiting = (0..<4).map { _ in Task { try await turns.run(for: "a") { doing.begin("a") } } }
        for task in waiting.dropLast() { task.cancel() }
        for task in waiting.dropLast() { await #expect(throws: CancellationError.self) { try await task.value } }
        gate.open()
        await #expect(throws: Failure.self) { try await first.value }
        #expect(try await waiting.last?.value == 2)
        #expect(try await turns.run(for: "a") { doing.begin("a") } == 3)
    }
}
