internal import Loops
internal import Synchronization

/// A request that a server works on, and the way back to its caller.
///
/// It is the executor of its handler's task: it gives the jobs to its loop, and learns how long they hold it.
final class RunningRequest: TimedExecutor {
    /// The destination of a reply, with the values that its seal covers.
    struct ReturnAddress: Sendable {
        let header: [UInt8]
        let correlation: Correlation
        let credit: Int
        let key: SigningKey
    }

    private struct State {
        var task: Task<Void, Never>?
        var isFinished = false
        var isSkipped = false
        /// The longest time for which a job has held the loop.
        var held: Duration = .zero
    }

    let id: UInt64
    let operation: String
    let deadline: ContinuousClock.Instant
    let returnAddress: ReturnAddress
    let began = ContinuousClock.now
    private let loop: Loop
    private let placement: HandlerPlacement
    private let isAnswered = Atomic<Bool>(false)
    private let state = Mutex(State())

    init(id: UInt64, request: MeshRequest, returnAddress: ReturnAddress, placement: HandlerPlacement) {
        self.id = id
        operation = request.operation
        deadline = request.deadline
        self.returnAddress = returnAddress
        self.placement = placement
        loop = placement.place(for: request.operation)
    }

    /// Claims the request; `true` for its first answer.
    func claim() -> Bool { !isAnswered.exchange(true, ordering: .acquiringAndReleasing) }

    var hasAnswer: Bool { isAnswered.load(ordering: .acquiring) }

    /// Runs the handler in a task of its own, which the server cancels at the deadline.
    func start(_ body: @escaping @Sendable () async -> Void) {
        let task = Task(executorPreference: self) { await body() }
        // A task that runs beside this thread may have finished; kept, the two would hold each other.
        state.withLock { if !$0.isFinished { $0.task = task } }
    }

    /// Notes that no handler runs, so that the time tells nothing about the operation.
    func skip() { state.withLock { $0.isSkipped = true } }

    /// Notes that nothing works on the request any more.
    func finish() {
        state.withLock { ($0.task, $0.isFinished) = (nil, true) }
    }

    func cancel() {
        state.withLock(\.task)?.cancel()
    }

    // MARK: Executor

    var name: String { operation }

    func enqueue(_ job: consuming ExecutorJob) { loop.enqueue(job, for: self) }

    func jobEnded(after time: Duration) {
        let held = state.withLock { state -> Duration? in
            state.held = max(state.held, time)
            return state.isFinished && !state.isSkipped ? state.held : nil
        }
        if let held { placement.record(held, of: operation) }
    }
}
