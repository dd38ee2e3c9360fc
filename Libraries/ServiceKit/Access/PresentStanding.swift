import Contracts
import Logging
import Synchronization

/// Answers of the service that owns an entity, kept for a moment.
///
/// A service that holds something of another service's entity, such as a society's form, asks the owner who may do what
/// with it, each time. An answer is used for at most 1.5 seconds from when it was asked for, so that a right that ended is
/// refused within two; events end it sooner where they arrive. Without an answer nobody gets in.
public final class PresentStanding<Key: Hashable & Sendable, Standing: Sendable>: Sendable {
    private struct Entry {
        let standing: Standing?
        let askedAt: ContinuousClock.Instant
        let bytes: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        /// Rises with every `forget`: an answer that was on its way meanwhile may be from before.
        var generation = 0

        mutating func remove(_ key: Key) {
            if let entry = entries.removeValue(forKey: key) { bytes -= entry.bytes }
        }
    }

    private let maximumBytes: Int
    private let lifetime: Duration
    private let size: @Sendable (Standing) -> Int
    private let ask: @Sendable (Key, RequestContext) async throws -> Standing
    private let state = Mutex(State())

    /// What an entry takes beside its answer: key, times and the dictionary's own.
    private static var entryBytes: Int { 200 }
    /// A call takes under a millisecond; beyond this another replica is asked.
    private static var patience: Duration { .seconds(1) }
    /// How often the owner is asked before it counts as unreachable.
    private static var attempts: Int { 4 }

    /// - Parameters:
    ///   - maximumBytes: How much memory the answers take at most.
    ///   - lifetime: How long an answer is used, from when it was asked for.
    ///   - size: How many bytes an answer takes beyond an entry's own.
    ///   - ask: Calls the owner; `NOT_FOUND` says that there is no such entity.
    public init(
        maximumBytes: Int,
        lifetime: Duration = .milliseconds(1_500),
        size: @escaping @Sendable (Standing) -> Int = { _ in 0 },
        ask: @escaping @Sendable (Key, RequestContext) async throws -> Standing
    ) {
        self.maximumBytes = maximumBytes
        self.lifetime = lifetime
        self.size = size
        self.ask = ask
    }

    /// What the owner says at present.
    ///
    /// - Returns: `nil` where there is no such entity.
    /// - Throws: `SERVICE_UNAVAILABLE` when the owner can't be asked.
    public func standing(_ key: Key, _ context: RequestContext) async throws -> Standing? {
        let now = ContinuousClock.now
        let (kept, generation) = state.withLock { ($0.entries[key], $0.generation) }
        if let kept, now - kept.askedAt < lifetime { return kept.standing }
        let standing = try await answer(key, context)
        keep(Entry(standing: standing, askedAt: now, bytes: bytes(of: standing)), for: key, ifStill: generation)
        return standing
    }

    private func answer(_ key: Key, _ context: RequestContext) async throws -> Standing? {
        var failure: (any Error)?
        for _ in 0..<Self.attempts where failure == nil || context.timeLeft > .zero {
            do { return try await ask(key, context.limited(to: Self.patience)) } catch let error as ServiceError
                where error.code == .notFound
            {
                return nil
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failure = error
            }
        }
        context.logger.warning("An owner could not be asked", metadata: ["error": "\(failure.map { "\($0)" } ?? "")"])
        throw ServiceError(.serviceUnavailable, retryAfter: .seconds(1))
    }

    private func bytes(of standing: Standing?) -> Int { Self.entryBytes + (standing.map(size) ?? 0) }

    private func keep(_ entry: Entry, for key: Key, ifStill generation: Int) {
        guard entry.bytes <= maximumBytes else { return }
        state.withLock { state in
            guard state.generation == generation else { return }
            state.remove(key)
            if state.bytes + entry.bytes > maximumBytes {
                for (old, kept) in state.entries where entry.askedAt - kept.askedAt >= lifetime { state.remove(old) }
            }
            while state.bytes + entry.bytes > maximumBytes, let any = state.entries.keys.first { state.remove(any) }
            state.entries[key] = entry
            state.bytes += entry.bytes
        }
    }

    /// Ends the answers that an event has made old, those on their way included.
    public func forget(where isOld: (Key) -> Bool) {
        state.withLock { state in
            state.generation += 1
            for key in state.entries.keys.filter(isOld) { state.remove(key) }
        }
    }
}
