internal import Dispatch
internal import Synchronization

/// Hashes and checks passwords on a bounded number of threads beside the cooperative pool, which one hash would hold for tens
/// of milliseconds.
///
/// What waits is bounded too: beyond that callers are refused at once, so that a burst of guesses delays nobody for long.
/// Each hash in progress takes 19 MiB, which goes back to the system when it is done.
public final class PasswordHasher: Sendable {
    public enum Verification: Sendable, Equatable {
        case wrong
        /// The password is right. `replacement` is a hash to store instead, where the old one was made in an older way.
        case right(replacement: String?)
    }

    /// Too many passwords wait to be hashed; nothing was done.
    public struct Overloaded: Error, Sendable, Equatable {}

    private typealias Job = @Sendable (_ isWanted: Bool) -> Void

    private struct State {
        var running = 0
        var waiting: [(id: UInt64, job: Job)] = []
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let threads: Int
    private let maximumWaiting: Int
    private let queue = DispatchQueue(label: "passwords", attributes: .concurrent)
    /// What stands in for the hash of an account that does not exist.
    private let decoy: PasswordHash?

    /// - Parameters:
    ///   - threads: How many passwords are hashed at once; one takes 19 MiB and a core meanwhile.
    ///   - maximumWaiting: How many more may wait for a thread.
    public init(threads: Int = 1, maximumWaiting: Int = 64) {
        precondition(threads > 0 && maximumWaiting >= 0)
        self.threads = threads
        self.maximumWaiting = maximumWaiting
        decoy = PasswordHash(
            "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\(String(repeating: "A", count: 43))"
        )
    }

    /// A new hash of `password`, to be stored.
    ///
    /// - Throws: `Overloaded`, `PasswordHashError`, or `CancellationError`.
    public func hash(_ password: String) async throws -> String {
        let password = Array(password.utf8)
        return try await run { try PasswordHash.encode(password) }
    }

    /// Checks `password` against a stored hash.
    ///
    /// - Parameters:
    ///   - password: As it was typed.
    ///   - stored: `nil` where there is no account: the same work is done, and the answer is `.wrong`. So it is for a
    ///     stored text that is no hash.
    /// - Returns: Whether it is right, and a hash to store instead of an outdated one.
    /// - Throws: `Overloaded`, `PasswordHashError`, or `CancellationError`.
    public func verify(_ password: String, against stored: String?) async throws -> Verification {
        let password = Array(password.utf8)
        let hash = stored.flatMap(PasswordHash.init)
        guard let compared = hash ?? decoy else { return .wrong }
        return try await run {
            guard try compared.matches(password), hash != nil else { return .wrong }
            return .right(replacement: compared.isOutdated ? try PasswordHash.encode(password) : nil)
        }
    }

    private func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let isAccepted = submit(id) { isWanted in
                    continuation.resume(with: isWanted ? Result(catching: work) : .failure(CancellationError()))
                }
                if !isAccepted { continuation.resume(throwing: Overloaded()) }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    /// - Returns: `false` when there is no room.
    private func submit(_ id: UInt64, _ job: @escaping Job) -> Bool {
        enum Outcome { case start, wait, refuse }
        let outcome = state.withLock { state in
            if state.running < threads {
                state.running += 1
                return Outcome.start
            }
            guard state.waiting.count < maximumWaiting else { return .refuse }
            state.waiting.append((id, job))
            return .wait
        }
        if outcome == .start { queue.async { self.work(startingWith: job) } }
        return outcome != .refuse
    }

    /// Runs on a worker thread until nothing waits.
    private func work(startingWith job: @escaping Job) {
        var next: Job? = job
        while let job = next {
            job(true)
            next = state.withLock { state in
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst().job
            }
        }
    }

    /// Lets go of a job that still waits; one that runs is finished.
    private func withdraw(_ id: UInt64) {
        let job = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).job }
        }
        job?(false)
    }
}
