internal import Synchronization

/// A request and whoever waits for its reply.
///
/// It may be with two replicas at once; whoever finishes it first counts.
final class Call: Sendable {
    let request: MeshRequest
    /// The one replica it is meant for, by its connected address; `nil` for any.
    let target: String?
    /// Until when it waits for a replica to appear.
    let patience: ContinuousClock.Instant
    private let isCancelled = Atomic<Bool>(false)
    private let isFinished = Atomic<Bool>(false)
    private let completion: @Sendable (Result<MeshReply, MeshError>?) -> Void

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - target: Of which replica.
    ///   - patience: When to give up if no replica is there.
    ///   - completion: Gets `nil` when the caller itself gave up.
    init(
        _ request: MeshRequest,
        target: String?,
        patience: ContinuousClock.Instant,
        completion: @escaping @Sendable (Result<MeshReply, MeshError>?) -> Void
    ) {
        self.request = request
        self.target = target
        self.patience = patience
        self.completion = completion
    }

    func finish(_ result: Result<MeshReply, MeshError>?) {
        if !isFinished.exchange(true, ordering: .acquiringAndReleasing) { completion(result) }
    }

    /// Marks the call, in case it is cancelled before it has reached the service's state.
    func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
    }

    var wasCancelled: Bool { isCancelled.load(ordering: .sequentiallyConsistent) }
}
