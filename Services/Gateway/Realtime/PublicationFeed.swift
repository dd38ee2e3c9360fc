import Contracts
import Logging
import Mesh
import NIOCore
import NotifierContracts
import Synchronization

/// Follows the notifier's events without missing any: the fast path may lose messages, so a hole in the positions, or a
/// heartbeat at another position, makes the feed pull what is missing from the notifier's outbox.
final class PublicationFeed: Sendable {
    /// An epoch, and a position in it.
    private struct Place: Sendable {
        let epoch: String
        let position: Int64
    }

    private struct State {
        /// `nil` before the first sign of life.
        var epoch: String?
        var position: Int64 = 0
        var isPulling = false
        /// The events that arrived during a pull.
        private(set) var held: [MeshEvent] = []
        private var heldBytes = 0

        /// The last event that was taken in, as evidence for the notifier.
        var place: Place { Place(epoch: epoch ?? "", position: position) }

        /// Keeps an event if there is room; otherwise it is pulled later.
        mutating func hold(_ event: MeshEvent) {
            guard held.count < PublicationFeed.maximumHeld,
                heldBytes + event.data.count <= PublicationFeed.maximumHeldBytes
            else { return }
            held.append(event)
            heldBytes += event.data.count
        }

        mutating func letGo() {
            held = []
            heldBytes = 0
        }
    }

    private static let batchSize = 200
    /// More than that is pulled again.
    private static let maximumHeld = 4_096
    private static let maximumHeldBytes = 16 << 20

    private let mesh: MeshClient
    private let hub: RealtimeHub
    private let logger: Logger
    private let state = Mutex(State())

    init(mesh: MeshClient, hub: RealtimeHub, logger: Logger) {
        self.mesh = mesh
        self.hub = hub
        self.logger = logger
    }

    /// Takes in an event; on the loop that receives it.
    func receive(_ event: MeshEvent) {
        guard event.position > 0 else { return }
        let pull = state.withLock { state -> Place? in
            begin(&state, epoch: event.epoch, position: event.position - 1)
            return take(event, &state)
        }
        if let pull { self.pull(after: pull) }
    }

    func receive(_ heartbeat: EventHeartbeat) {
        let pull = state.withLock { state -> Place? in
            begin(&state, epoch: heartbeat.epoch, position: heartbeat.position)
            // One that is behind comes from a late replica, or from a notifier that was set back: it knows which.
            guard heartbeat.position != state.position, !state.isPulling else { return nil }
            state.isPulling = true
            return state.place
        }
        if let pull { self.pull(after: pull) }
    }

    /// Starts to follow at a position, at the first sign of life and whenever positions have started anew.
    private func begin(_ state: inout State, epoch: String, position: Int64) {
        guard state.epoch != epoch else { return }
        if state.epoch == nil { hub.beginFollowing() } else { hub.reset() }
        state.epoch = epoch
        state.position = position
        state.letGo()
    }

    /// - Returns: The place to pull from, when the event shows a hole.
    private func take(_ event: MeshEvent, _ state: inout State) -> Place? {
        guard event.position > state.position else { return nil }
        guard event.position == state.position + 1, !state.isPulling else {
            state.hold(event)
            guard !state.isPulling else { return nil }
            state.isPulling = true
            return state.place
        }
        state.position = event.position
        publish(event)
        return nil
    }

    private func publish(_ event: MeshEvent) {
        guard event.type == RealtimePublished.type else { return }
        do {
            let event = try RealtimePublished(jsonBytes: event.data)
            let message = ServerMessage.publication(channel: event.channel, data: event.data, offset: event.offset)
            hub.publish(
                Publication(
                    channel: event.channel,
                    epoch: event.epoch,
                    offset: event.offset,
                    message: ByteBuffer(bytes: message)
                )
            )
        } catch {
            logger.error("A publication cannot be read", metadata: ["event": "\(event.id)", "error": "\(error)"])
        }
    }

    /// Pulls what follows a place.
    ///
    /// Its epoch and position are of one moment: a position with a later epoch would tell the notifier that it was set
    /// back.
    private func pull(after place: Place) {
        let body: JSONValue = [
            "after": .integer(place.position), "limit": .integer(Self.batchSize),
            "seen": ["epoch": .string(place.epoch), "position": .integer(place.position)],
        ]
        let request = MeshRequest(
            operation: "events.pull",
            timeLeft: .seconds(5),
            contentType: "application/json",
            body: body.bytes,
            repeatability: .read
        )
        mesh.send(request, to: RealtimePublished.producer) { [self] result in
            do {
                let reply = try result.get()
                if let failure = reply.failure { throw failure }
                install(try EventBatch(decoding: reply.body))
            } catch {
                logger.debug("Publications could not be pulled", metadata: ["error": "\(error)"])
                // The next heartbeat tries again.
                state.withLock { state in
                    state.isPulling = false
                    state.letGo()
                }
            }
        }
    }

    private func install(_ batch: EventBatch) {
        let next = state.withLock { state -> Place? in
            state.isPulling = false
            begin(&state, epoch: batch.epoch, position: batch.lastPosition)
            if let first = batch.events.first, first.position > state.position + 1 {
                hub.reset()  // the outbox has thrown away what was missed
                state.position = first.position - 1
            }
            let held = state.held
            state.letGo()
            for event in batch.events + held where take(event, &state) != nil { return state.place }
            guard let last = batch.events.last, last.position < batch.lastPosition, !state.isPulling else { return nil }
            state.isPulling = true
            return state.place
        }
        if let next { pull(after: next) }
    }
}
