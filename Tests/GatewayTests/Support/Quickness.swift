import TestKit

/// Compares the time of calls during an attack within one run, since machines differ and are busy.
enum Quickness {
    /// Waits until a hundred calls take less than twice as long beside an attacker as beside a harmless neighbour.
    ///
    /// Both neighbours make the same calls; the attacker attacks between them. An attack may cost its share of the
    /// work, but must not make others wait.
    ///
    /// - Parameters:
    ///   - call: The measured call, which the neighbour makes too.
    ///   - attack: The attack, made after every twenty calls.
    /// - Throws: `WaitedInVain` if calls beside the attacker stay slower, or an error of either closure.
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
            // Work that the attacker had begun when stopped does not count.
            while let result = await group.nextResult() { _ = result }
            return time
        }
    }
}
