public import Contracts
import Foundation
internal import Synchronization
internal import Workers

extension RequestContext {
    /// One for the process: what computes there is what the machine's cores are for.
    private static let workers = WorkerPool(
        label: "computing",
        threads: max(1, ProcessInfo.processInfo.activeProcessorCount - 1),
        maximumWaiting: 256
    )

    /// Runs what computes for more than about 1 ms beside the threads that everybody's requests need.
    ///
    /// Requests of one person wait for each other, and in turn with those of others; so do anonymous requests of one IPv4
    /// address or IPv6 /64. A request that has computed before continues before the person's next one begins, so that few
    /// requests hold what they have read.
    ///
    /// - Parameter body: Computes, paying from the request's budget as it goes.
    /// - Returns: What `body` returned.
    /// - Throws: What `body` threw; `SERVICE_UNAVAILABLE` when too much waits already.
    public func computing<Value: Sendable>(
        _ body: @escaping @Sendable (WorkBudget) throws -> Value
    ) async throws -> Value {
        let work = work
        let hasBegun = computation.begin()
        let (groups, source) = turnTaker
        do {
            return try await Self.workers.run(for: source, in: groups, atFront: hasBegun) { try body(work) }
        } catch is WorkerPool.Overloaded {
            throw ServiceError(.serviceUnavailable, retryAfter: .seconds(1))
        }
    }

    /// The source whose turn the request's computations take, and the groups around it: the user, or else the client's
    /// network within its site.
    var turnTaker: (groups: [String], source: String) {
        if let user { return ([], user.id.description) }
        let network = ClientNetwork(clientAddress)
        return (network.site.map { [$0] } ?? [], network.text)
    }
}

/// Remembers whether a request has computed anything yet.
final class Computation: Sendable {
    private let hasBegun = Atomic<Bool>(false)

    /// Notes that the request computes.
    ///
    /// - Returns: Whether it has computed before.
    func begin() -> Bool { hasBegun.exchange(true, ordering: .relaxed) }
}
