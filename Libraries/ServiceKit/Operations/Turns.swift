import Synchronization

/// Limits how many things of a kind each person does at once; further ones wait in order.
///
/// It is for work that holds much memory while it waits for something else. The line has no limit of its own: the
/// gateway limits one person's calls under way.
public final class Turns<Person: Hashable & Sendable>: Sendable {
    private typealias Continuation = CheckedContinuation<Bool, Never>

    private struct Line {
        var running = 0
        var waiting: [(number: Int, continuation: Continuation)] = []
    }

    private struct State {
        var lines: [Person: Line] = [:]
        var lastNumber = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: The number of things that one person may do at once.
    public init(limit: Int) { self.limit = limit }

    /// Runs `body` once it is its turn.
    ///
    /// - Parameters:
    ///   - person: The person who asked for it.
    ///   - body: Does the work.
    /// - Returns: The result of `body`.
    /// - Throws: `CancellationError` when cancelled before its turn, and the errors of `body`.
    public func run<Value>(for person: Person, _ body: () async throws -> Value) async throws -> Value {
        guard await begin(person) else { throw CancellationError() }
        defer { end(person) }
        return try await body()
    }

    /// Waits for a turn.
    ///
    /// - Returns: `false` when cancelled before its turn.
    private func begin(_ person: Person) async -> Bool {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Continuation) in
                if let answer = enter(person, number, continuation) { continuation.resume(returning: answer) }
            }
        } onCancel: {
            leave(person, number)?.resume(returning: false)
        }
    }

    /// Takes a turn or joins the line.
    ///
    /// - Returns: Whether it is its turn; `nil` while it waits.
    private func enter(_ person: Person, _ number: Int, _ continuation: Continuation) -> Bool? {
        state.withLock { state -> Bool? in
            var line = state.lines[person] ?? Line()
            guard line.running >= limit else {
                line.running += 1
                state.lines[person] = line
                return true
            }
            // A later cancellation finds it in the line.
            guard !Task.isCancelled else { return false }
            line.waiting.append((number, continuation))
            state.lines[person] = line
            return nil
        }
    }

    /// Leaves the line.
    ///
    /// - Returns: The continuation to resume; `nil` if it is not in the line.
    private func leave(_ person: Person, _ number: Int) -> Continuation? {
        state.withLock { state -> Continuation? in
            guard let index = state.lines[person]?.waiting.firstIndex(where: { $0.number == number }) else {
                return nil
            }
            return state.lines[person]?.waiting.remove(at: index).continuation
        }
    }

    /// Passes a turn on to the next in the line.
    private func end(_ person: Person) {
        let next = state.withLock { state -> Continuation? in
            guard var line = state.lines[person] else { return nil }
            if line.waiting.isEmpty {
                line.running -= 1
                state.lines[person] = line.running == 0 ? nil : line
                return nil
            }
            let next = line.waiting.removeFirst().continuation
            state.lines[person] = line
            return next
        }
        next?.resume(returning: true)
    }
}
