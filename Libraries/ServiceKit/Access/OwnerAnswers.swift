import Contracts
import Logging
import Synchronization

/// A short-lived cache of one kind of answers from services that own entities.
final class OwnerAnswers<Key: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct Entry {
        let answer: Answer?
        let askedAt: ContinuousClock.Instant
        let bytes: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        /// Rises with every `forget`, because an answer in flight at that time may be stale.
        var generation = 0

        mutating func remove(_ key: Key) {
            if let entry = entries.removeValue(forKey: key) { bytes -= entry.bytes }
        }
    }

    private let maximumBytes: Int
    private let lifetime: Duration
    private let size: @Sendable (Answer) -> Int
    private let ask: @Sendable (Key, RequestContext) async throws -> Answer
    private let state = Mutex(State())

    /// The bytes of an entry besides its answer: key, times and the dictionary's overhead.
    private static var entryBytes: Int { 200 }
    /// The time after which another replica is asked; a call takes under a millisecond.
    private static var patience: Duration { .seconds(1) }
    /// The number of attempts before the owner counts as unreachable.
    private static var attempts: Int { 4 }
    /// The pause before the second attempt, doubled before each later one.
    private static var pause: Duration { .milliseconds(50) }

    /// - Parameters:
    ///   - maximumBytes: The most memory that the answers take.
    ///   - lifetime: The time for which an answer is used, from when it was asked for.
    ///   - size: The bytes that an answer takes beyond an entry's own.
    ///   - ask: Calls the owner; `NOT_FOUND` means that there is no such entity.
    init(
        maximumBytes: Int,
        lifetime: Duration,
        size: @escaping @Sendable (Answer) -> Int = { _ in 0 },
        ask: @escaping @Sendable (Key, RequestContext) async throws -> Answer
    ) {
        self.maximumBytes = maximumBytes
        self.lifetime = lifetime
        self.size = size
        self.ask = ask
    }

    /// The owner's current answer.
    ///
    /// - Returns: `nil` if there is no such entity.
    /// - Throws: `SERVICE_UNAVAILABLE` if the owner can't be asked.
    func answer(_ key: Key, _ context: RequestContext) async throws -> Answer? {
        let now = ContinuousClock.now
        let (kept, generation) = state.withLock { ($0.entries[key], $0.generation) }
        if let kept, now - kept.askedAt < lifetime { return kept.answer }
        let answer = try await askRepeatedly(key, context)
        keep(Entry(answer: answer, askedAt: now, bytes: bytes(of: answer)), for: key, ifStill: generation)
        return answer
    }

    private func askRepeatedly(_ key: Key, _ context: RequestContext) async throws -> Answer? {
        var failure: (any Error)?
        for attempt in 0..<Self.attempts where failure == nil || context.timeLeft > .zero {
            if attempt > 0 { try await Task.sleep(for: min(Self.pause * (1 << (attempt - 1)), context.timeLeft)) }
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

    private func bytes(of answer: Answer?) -> Int { Self.entryBytes + (answer.map(size) ?? 0) }

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

    /// Drops the answers that an event made stale, including those in flight.
    func forget(where isOld: (Key) -> Bool) {
        state.withLock { state in
            state.generation += 1
            for key in state.entries.keys.filter(isOld) { state.remove(key) }
        }
    }
}
