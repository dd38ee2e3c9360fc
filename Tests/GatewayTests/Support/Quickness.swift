import TestKit

/// How long calls take while somebody attacks, compared within one run, since machines differ and are busy.
enum Quickness {
    /// Waits until a hundred calls take less than twice as long beside an attacker as beside a neighbour who only calls.
    ///
    /// Both neighbours make the same calls; the attacker attacks between them. What an attack may cost is its share of the
    /// work, and not that others wait for it.
    ///
    /// - Parameters:
    ///   - call: What is measured, and what the neighbour does.
    ///   - attack: What the attacker does after each twenty calls.
    /// - Throws: `WaitedInVain` when the neighbour stays slower, or what one of both threw.
    static func isKept(
        of call: @escaping @Sendable () async throws -> Void,
        during attack: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await until(.seconds(45)) {
            let quiet = try await time(of: call) {}
            let loud = try await time(of: call, beside: attack)
            return loud < quiet * 2 ? () : nil
        }
    }

    private static func time(
        of call: @escaping @Sendable () async throws -> Void,
        beside attack: @escaping @Sendable () async throws -> Void
    ) async throws -> Duration {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    try await attack()
                    for _ in 0..<20 where !Task.isCancelled { try await call() }
                }
            }
            let start = ContinuousClock.now
            for _ in 0..<100 { try await call() }
            let time = ContinuousClock.now - start
            group.cancelAll()
            // What the attacker had begun when it was stopped does not count.
            while let result = await group.nextResult() { _ = result }
            return time
        }
    }
}
