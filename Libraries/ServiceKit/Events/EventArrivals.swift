import Contracts
import Mesh
import Synchronization

/// The events that arrived by publish/subscribe and are not taken in yet; bounded, since dropped ones can be pulled.
final class EventArrivals: Sendable {
    private static let capacity = 256
    private static let remembered = 1_024

    private struct State {
        var epoch = ""
        var events: [Int64: MeshEvent] = [:]
        /// The ids seen lately, by position: another one at the same position shows that the producer was set back.
        var ids: [Int64: String] = [:]
        var lastAnnounced: Int64 = 0
        /// The last position in the producer's latest answer, which nobody has to be woken for.
        var lastAnswered: Int64 = 0
        /// The last position that this service has read, as far as is known here.
        var cursor: ConsumerCursor?
        /// Tells whether the producer has to be asked, whatever has arrived.
        var mustPull = false
        /// An event that the producer has replaced by another one.
        var replaced: SeenEvent?

        mutating func begin(_ epoch: String) {
            guard epoch != self.epoch else { return }
            self = State(epoch: epoch, cursor: cursor)
        }

        mutating func remember(_ event: MeshEvent) {
            guard event.position > 0 else { return }
            if let known = ids[event.position], known != event.id {
                replaced = SeenEvent(epoch: event.epoch, position: event.position, id: EventID(known))
            }
            ids[event.position] = event.id
            guard ids.count > 2 * EventArrivals.remembered else { return }
            ids = ids.filter { $0.key > event.position - Int64(EventArrivals.remembered) && $0.key <= event.position }
        }

        /// The number of unread events; `nil` before the cursor is known.
        var behind: Int? {
            guard let cursor else { return nil }
            let last = max(lastAnnounced, lastAnswered)
            return Int(cursor.epoch == epoch ? max(0, last - cursor.position) : last)
        }
    }

    let signal = OutboxSignal()
    /// Raised when an event was set aside.
    let parked = OutboxSignal()
    private let state = Mutex(State())
    /// Kept up to date from what the producer announces, since a consumer that is stuck does not come to it.
    private let lag: Gauge

    init(lag: Gauge) {
        self.lag = lag
    }

    private func update<Result>(_ change: (inout sending State) -> sending Result) -> Result {
        state.withLock { state in
            let result = change(&state)
            if let behind = state.behind { lag.set(behind) }
            return result
        }
    }

    /// Called on the subscriber's loop.
    func receive(_ signal: EventSignal) {
        switch signal {
        case .event(let event, _):
            update { state in
                state.begin(event.epoch)
                state.remember(event)
                if state.events.count >= Self.capacity { state.events.removeAll() }
                state.events[event.position] = event
                state.lastAnnounced = max(state.lastAnnounced, event.position)
            }
            self.signal.raise()
        case .heartbeat(let heartbeat, _):
            let isNews = update { state in
                if let cursor = state.cursor, cursor.epoch == heartbeat.epoch, heartbeat.position < cursor.position {
                    state.mustPull = true  // a replica that is late, or a producer that was set back
                    return true
                }
                guard heartbeat.epoch != state.epoch || heartbeat.position > state.lastAnnounced else { return false }
                state.begin(heartbeat.epoch)
                state.lastAnnounced = heartbeat.position
                return true
            }
            if isNews { self.signal.raise() }
        }
    }

    /// Makes the next look pull, so that the producer checks what this service has seen.
    func verify() {
        update { $0.mustPull = true }
    }

    /// The evidence to send with a pull: an event that was replaced, or else the one at the cursor.
    func evidence(at cursor: ConsumerCursor) -> SeenEvent {
        state.withLock { state in
            state.replaced ?? SeenEvent(epoch: cursor.epoch, position: cursor.position, id: cursor.eventID)
        }
    }

    /// Takes over how far this service has read.
    func note(_ cursor: ConsumerCursor) {
        update { $0.cursor = cursor }
    }

    /// Notes the last position that the producer reported, after it has checked the evidence.
    func note(end: Int64, of epoch: String) {
        update { state in
            (state.mustPull, state.replaced) = (false, nil)
            state.begin(epoch)
            state.lastAnswered = max(state.lastAnswered, end)
        }
    }

    /// Forgets everything about a producer that was set back.
    func restart() {
        update { $0 = State() }
    }

    /// The events that follow a cursor without a gap; `nil` when the producer has to be asked.
    func take(after cursor: ConsumerCursor) -> EventBatch? {
        state.withLock { state -> EventBatch? in
            guard state.epoch == cursor.epoch, !state.mustPull, state.replaced == nil,
                state.events[cursor.position + 1] != nil
            else { return nil }
            var events: [MeshEvent] = []
            while let event = state.events.removeValue(forKey: cursor.position + 1 + Int64(events.count)) {
                events.append(event)
            }
            state.events = state.events.filter { $0.key > cursor.position }
            return EventBatch(epoch: cursor.epoch, lastPosition: state.lastAnnounced, events: events)
        }
    }

    var hasMore: Bool { state.withLock { !$0.events.isEmpty } }
}
