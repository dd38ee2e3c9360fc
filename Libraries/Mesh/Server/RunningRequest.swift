internal import Synchronization

/// A request that a server works on, and the way back to whoever asked.
final class RunningRequest: Sendable {
    /// Where a reply goes, and what its seal covers.
    struct ReturnAddress: Sendable {
        let header: [UInt8]
        let correlation: Correlation
        let credit: Int
        let key: SigningKey
    }

    let id: UInt64
    let operation: String
    let requestID: String
    let deadline: ContinuousClock.Instant
    let returnAddress: ReturnAddress
    let began = ContinuousClock.now
    private let isAnswered = Atomic<Bool>(false)
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(id: UInt64, request: MeshRequest, returnAddress: ReturnAddress) {
        self.id = id
        operation = request.operation
        requestID = request.requestID
        deadline = request.deadline
        self.returnAddress = returnAddress
    }

    /// Whether this is the first answer.
    func claim() -> Bool { !isAnswered.exchange(true, ordering: .acquiringAndReleasing) }

    var hasAnswer: Bool { isAnswered.load(ordering: .acquiring) }

    func attach(_ task: Task<Void, Never>) {
        self.task.withLock { $0 = task }
    }

    /// Attaches a task that may start after the request was answered, at its deadline or because its caller gave up.
    func attachLate(_ task: Task<Void, Never>) {
        attach(task)
        if hasAnswer { task.cancel() }
    }

    func cancel() {
        task.withLock(\.self)?.cancel()
    }
}
