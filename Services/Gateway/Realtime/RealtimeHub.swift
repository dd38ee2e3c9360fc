import Contracts
import NIOCore
import ServiceKit
import Synchronization

/// Something that was published, with the message for subscribers encoded once for all of them.
struct Publication: Sendable {
    let channel: String
    let epoch: String
    let offset: Int64
    let message: ByteBuffer
}

/// Brings publications to the event loops that have subscribers of the channel.
///
/// A connection learns its channels only from the notifier, together with where their streams were when it read them. What is
/// published between that reading and the registration here would be missed; therefore everything is kept while anyone
/// connects, and handed over at the registration, in one step with it.
final class RealtimeHub: Sendable {
    /// An admission that is being waited for: what is published from its beginning on is kept for it.
    struct Admission: Sendable {
        fileprivate let sequence: UInt64
    }

    private struct State {
        /// How many connections of each loop subscribe to a channel.
        var subscribers: [String: [Int: Int]] = [:]
        var pendingAdmissions = 0
        /// Kept while there are pending admissions.
        var recent = CircularBuffer<(sequence: UInt64, publication: Publication)>()
        var recentBytes = 0
        var sequence: UInt64 = 0
        /// Publications up to here are not kept any more.
        var forgotten: UInt64 = 0
        var isFollowing = false
    }

    /// So many fit between asking the notifier and its answer at any load that a gateway carries.
    private static let maximumRecent = 8_192
    private static let maximumRecentBytes = 16 << 20

    private let state = Mutex(State())
    private let loops = Mutex<[NIOLoopBound<LoopState>]>([])
    let connections: Gauge
    let deliveries: Counter

    init(metrics: Metrics) {
        connections = metrics.gauge("rovierr_gateway_realtime_connections", "Live connections.")
        deliveries = metrics.counter(
            "rovierr_gateway_realtime_deliveries_total",
            "Publications sent to live connections."
        )
    }

    /// Names the event loops, by the index that connections use.
    func attach(_ loops: [NIOLoopBound<LoopState>]) { self.loops.withLock { $0 = loops } }

    /// Says that from now on no publication is missed.
    func beginFollowing() { state.withLock { $0.isFollowing = true } }

    var isFollowing: Bool { state.withLock { $0.isFollowing } }

    /// How many publications have come through.
    var publishedCount: UInt64 { state.withLock { $0.sequence } }

    /// - Returns: `nil` while publications are not being followed yet.
    func beginAdmission() -> Admission? {
        state.withLock { state in
            guard state.isFollowing else { return nil }
            state.pendingAdmissions += 1
            return Admission(sequence: state.sequence)
        }
    }

    /// Registers a connection for its channels.
    ///
    /// - Returns: What was published on them since the admission began, in order; `nil` when that is not known any more, and
    ///   nothing is registered then.
    func finish(_ admission: Admission, channels: [String], loop: Int) -> [Publication]? {
        state.withLock { state in
            let missed = state.recent.lazy
                .filter { $0.sequence > admission.sequence && channels.contains($0.publication.channel) }
                .map(\.publication)
            let publications = admission.sequence >= state.forgotten ? Array(missed) : nil
            Self.endAdmission(&state)
            guard let publications else { return nil }
            for channel in channels { state.subscribers[channel, default: [:]][loop, default: 0] += 1 }
            return publications
        }
    }

    func abandon(_ admission: Admission) { state.withLock { Self.endAdmission(&$0) } }

    private static func endAdmission(_ state: inout State) {
        state.pendingAdmissions -= 1
        guard state.pendingAdmissions == 0 else { return }
        state.recent.removeAll()
        state.recentBytes = 0
        state.forgotten = state.sequence
    }

    func leave(channels: some Sequence<String>, loop: Int) {
        state.withLock { state in
            for channel in channels {
                guard let count = state.subscribers[channel]?[loop] else { continue }
                state.subscribers[channel]?[loop] = count > 1 ? count - 1 : nil
                if state.subscribers[channel]?.isEmpty == true { state.subscribers[channel] = nil }
            }
        }
    }

    /// Passes a publication on.
    ///
    /// Calls come one after another, in the order of the stream.
    func publish(_ publication: Publication) {
        let targets = state.withLock { state in
            state.sequence += 1
            if state.pendingAdmissions > 0 {
                state.recent.append((state.sequence, publication))
                state.recentBytes += publication.message.readableBytes
                while state.recent.count > Self.maximumRecent || state.recentBytes > Self.maximumRecentBytes,
                    let oldest = state.recent.popFirst()
                {
                    state.recentBytes -= oldest.publication.message.readableBytes
                    state.forgotten = oldest.sequence
                }
            } else {
                state.forgotten = state.sequence
            }
            return state.subscribers[publication.channel].map { Array($0.keys) } ?? []
        }
        guard !targets.isEmpty else { return }
        let loops = loops.withLock { $0 }
        for target in targets {
            let loop = loops[target]
            loop.execute { $0.deliver(publication) }
        }
    }

    /// Publications were missed that nobody can bring back: clients come again and recover from the stream.
    func reset() {
        forEachConnection { $0.disconnect(.insufficientState) }
    }

    /// Closes the connections of sessions that have ended.
    func end(_ sessions: Set<SessionID>) {
        forEachConnection { connection in
            if let session = connection.session, sessions.contains(session) { connection.disconnect(.invalidToken) }
        }
    }

    private func forEachConnection(_ body: @escaping @Sendable (RealtimeConnection) -> Void) {
        for loop in loops.withLock({ $0 }) { loop.execute { $0.forEachRealtimeConnection(body) } }
    }
}

extension NIOLoopBound<LoopState> {
    /// Runs something on the state's event loop.
    func execute(_ body: @escaping @Sendable (LoopState) -> Void) {
        eventLoop.execute { body(value) }
    }
}
