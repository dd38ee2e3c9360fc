import TestKit

/// How long calls take, compared within one run, since machines differ and are busy.
enum Quickness {
    /// The time that nine in ten of the calls stay below.
    static func ninth(of count: Int, _ call: () async throws -> Void) async throws -> Duration {
        var times: [Duration] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            try await call()
            times.append(.now - start)
        }
        return times.sorted()[count * 9 / 10]
    }

    /// Waits until calls take less than so many times as long while `attack` runs as they do without it.
    static func isKept(
        within factor: Double,
        calls count: Int = 100,
        of call: @Sendable () async throws -> Void,
        during attack: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await until(.seconds(40)) {
            let quiet = try await ninth(of: count, call)
            let loud = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { while !Task.isCancelled { try await attack() } }
                defer { group.cancelAll() }
                return try await ninth(of: count, call)
            }
            return loud < quiet * factor ? () : nil
        }
    }
}
