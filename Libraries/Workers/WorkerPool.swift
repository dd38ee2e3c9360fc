internal import Foundation
internal import Synchronization

/// Runs what computes for long on a bounded number of threads beside the loop, fairly between sources.
///
/// Sources take turns: one that has a hundred jobs waiting delays another's first job by one job. So do the groups of
/// sources that a caller names, such as kinds of work. The queue is bounded: when it is full, the newest job of the
/// longest source in the longest group makes room, or the new job is refused.
public final class WorkerPool: Sendable {
    /// Too much waits already; nothing was done.
    public struct Overloaded: Error, Sendable, Equatable {
        public init() {}
    }

    private let threads: Int
    private let label: String
    private let state: Mutex<State>

    private struct State {
        var running = 0
        var waiting: FairQueue<Job>
    }

    private final class Job: Sendable {
        enum Fate { case run, refused, cancelled }
        let end: @Sendable (Fate) -> Void

        init(_ end: @escaping @Sendable (Fate) -> Void) { self.end = end }
    }

    /// - Parameters:
    ///   - label: Names the threads for debuggers.
    ///   - threads: How many jobs run at once.
    ///   - maximumWaiting: How many more may wait for a thread.
    public init(label: String, threads: Int, maximumWaiting: Int) {
        precondition(threads > 0 && maximumWaiting >= 0)
        self.threads = threads
        self.label = label
        state = Mutex(State(waiting: FairQueue(limit: maximumWaiting)))
    }

    /// Runs `work` once a thread is free and it is the source's turn.
    ///
    /// - Parameters:
    ///   - source: The cause of the work, such as a client's address or an account's id.
    ///   - groups: The groups that the source belongs to, the widest first, such as a kind of work.
    ///   - atFront: Whether it goes before the source's other work: the later steps of a request, which holds memory
    ///     until its last one.
    ///   - work: Computes, without waiting for anything.
    /// - Returns: The value that `work` returned.
    /// - Throws: `Overloaded`, `CancellationError` when cancelled before it began, and what `work` threw.
    public func run<Value: Sendable>(
        for source: String,
        in groups: [String] = [],
        atFront: Bool = false,
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let ticket = Mutex<Job?>(nil)
        let path = groups + [source]
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let job = Job { fate in
                    switch fate {
                    case .run: continuation.resume(with: Result(catching: work))
                    case .refused: continuation.resume(throwing: Overloaded())
                    case .cancelled: continuation.resume(throwing: CancellationError())
                    }
                }
                ticket.withLock { $0 = job }
                submit(job, path, atFront: atFront)
                // The cancellation may have come before there was a job to withdraw.
                if Task.isCancelled { withdraw(job, path) }
            }
        } onCancel: {
            if let job = ticket.withLock(\.self) { withdraw(job, path) }
        }
    }

    private func submit(_ job: Job, _ path: [String], atFront: Bool) {
        let (isStarted, refused) = state.withLock { state -> (Bool, Job?) in
            guard state.running == threads else {
                state.running += 1
                return (true, nil)
            }
            return (false, state.waiting.add(job, from: path, atFront: atFront))
        }
        refused?.end(.refused)
        guard isStarted else { return }
        // A thread of its own: Dispatch would count it among the serving threads, which then wait if cores are few.
        Thread {
            Thread.current.name = self.label  // on Linux, a thread can't be named before it runs
            self.work(startingWith: job)
        }
        .start()
    }

    /// Runs on a worker thread until nothing waits.
    private func work(startingWith job: Job) {
        var next: Job? = job
        while let job = next {
            job.end(.run)
            next = state.withLock { state in
                if let job = state.waiting.next() { return job }
                state.running -= 1
                return nil
            }
        }
    }

    /// Lets go of a job that still waits; one that runs is finished.
    private func withdraw(_ job: Job, _ path: [String]) {
        let isWithdrawn = state.withLock { $0.waiting.remove(from: path) { $0 === job } }
        if isWithdrawn { job.end(.cancelled) }
    }
}
