internal import Synchronization

/// A server's work at the moment, and its refusals since its start.
public struct MeshServerFigures: Sendable {
    public let running: Int
    /// Of long replies that their callers have not pulled yet.
    public let heldBytes: Int
    /// Requests refused unread, by reason.
    public let refusals: [String: Int]
    /// Messages dropped without an answer, by reason.
    public let dropped: [String: Int]
    /// Requests whose handlers ran beside the loop, because earlier ones had held it.
    public let movedHandlers: Int
}

extension MeshServer {
    public var figures: MeshServerFigures {
        let (running, heldBytes, refusals) = core.state.withLock {
            ($0.running.count, $0.held.bytes, $0.statistics.refusals)
        }
        return MeshServerFigures(
            running: running,
            heldBytes: heldBytes,
            refusals: Dictionary(uniqueKeysWithValues: refusals.map { ("\($0.key)", $0.value) }),
            dropped: Dictionary(uniqueKeysWithValues: core.drops.counts.map { ($0.key.rawValue, Int($0.value)) }),
            movedHandlers: core.placement.moved
        )
    }
}
