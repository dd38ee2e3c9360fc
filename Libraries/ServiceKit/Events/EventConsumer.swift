public import Contracts
import Logging
import Mesh
import Postgres
import ServiceLifecycle
import Synchronization

/// Takes in one type of event, exactly once in effect: its changes and the note that it was seen commit together.
public protocol EventHandler: Sendable {
    associatedtype Event: ServiceEvent

    /// Changes the service's own tables only; a thrown error is tried again and, after several times, set aside.
    func handle(_ event: Event, metadata: EventMetadata, in transaction: ServiceTransaction) async throws
}

/// What comes with an event beside its data.
public struct EventMetadata: Sendable {
    public let id: EventID
    public let time: Timestamp
    public let tenant: UniversityID?
}

extension EventHandler {
    static var event: any ServiceEvent.Type { Event.self }

    func apply(_ event: MeshEvent, in transaction: ServiceTransaction) async throws {
        guard let id = EventID(event.id), let time = Timestamp(event.time) else {
            throw ValidationError("id", .badFormat, "The event's id or time cannot be read.")
        }
        let metadata = EventMetadata(id: id, time: time, tenant: event.tenantID.flatMap(UniversityID.init))
        try await handle(Event(jsonBytes: event.data), metadata: metadata, in: transaction)
    }
}

/// Follows one producer's events in their order, from where this service left off.
struct EventConsumer: Service {
    let producer: String
    let handlers: [String: any EventHandler]
    let cursors: ConsumerCursors
    let database: ServiceDatabase
    let client: MeshClient
    let arrivals: EventArrivals
    let logger: Logger

    private static let batchSize = 200
    private static let maximumAttempts = 8

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await followWhenRaised() }
                group.addTask { await raiseRegularly() }
            }
        }
    }

    private func followWhenRaised() async {
        for await _ in arrivals.signal.raises {
            do { try await follow() } catch is CancellationError {} catch {
                logger.debug("Events wait", metadata: ["producer": "\(producer)", "error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(200))  // ends early on cancellation, as does the loop
                arrivals.signal.raise()
            }
        }
    }

    /// A lost last message shows no gap; asking now and then finds it.
    private func raiseRegularly() async {
        while !Task.isCancelled {
            arrivals.signal.raise()
            try? await Task.sleep(for: .seconds(5))  // ends early on cancellation, as does the loop
        }
    }

    /// Takes in everything up to the producer's present end.
    private func follow() async throws {
        while !Task.isCancelled {
            let cursor = try await cursors.cursor(of: producer)
            let batch: EventBatch
            if let arrived = arrivals.take(after: cursor) {
                batch = arrived
            } else {
                batch = try await pull(after: cursor)
            }
            if batch.epoch != cursor.epoch {
                try await cursors.reset(producer, epoch: batch.epoch)
                if cursor.position > 0 { continue }
            }
            // What nobody here handles costs nothing but the last note of how far it was read.
            for event in batch.events where handlers[event.type] != nil || event.position == batch.events.last?.position
            {
                try await take(event)
            }
            guard batch.events.count == Self.batchSize || arrivals.hasMore && !batch.events.isEmpty else { return }
        }
    }

    private func pull(after cursor: ConsumerCursor) async throws -> EventBatch {
        let body: JSONValue = ["after": .integer(cursor.position), "limit": .integer(Self.batchSize)]
        let request = MeshRequest(
            operation: "events.pull",
            timeLeft: .seconds(5),
            contentType: "application/json",
            body: body.bytes,
            repeatability: .read
        )
        let reply = try await client.call(request, to: producer)
        if let failure = reply.failure { throw ServiceError(failure, status: reply.status) }
        let batch = try EventBatch(decoding: reply.body)
        if let first = batch.events.first, first.position > cursor.position + 1, batch.epoch == cursor.epoch {
            logger.error(
                "Events are gone that this service never saw",
                metadata: ["producer": "\(producer)", "after": "\(cursor.position)", "next": "\(first.position)"]
            )
        }
        return batch
    }

    /// Applies an event, several times if it must be, and sets it aside when that does not help.
    private func take(_ event: MeshEvent) async throws {
        for attempt in 1...Self.maximumAttempts {
            do {
                try await apply(event)
                return
            } catch is CancellationError {
                throw CancellationError()
            } catch let error where ServiceError(error).code == .serviceUnavailable {
                throw error  // not the event's fault: wait for the database
            } catch {
                logger.warning(
                    "An event was not taken in",
                    metadata: [
                        "type": "\(event.type)", "event": "\(event.id)", "attempt": "\(attempt)", "error": "\(error)",
                    ]
                )
                guard attempt == Self.maximumAttempts else {
                    try await Task.sleep(for: .milliseconds(20 << attempt))
                    continue
                }
                try await setAside(event, cause: "\(error)")
            }
        }
    }

    private func apply(_ event: MeshEvent) async throws {
        let context = RequestContext.system(producer, logger: logger)
        try await database.transaction(context, scope: .platform) { transaction in
            guard try await ConsumerCursors.advance(producer, to: event, in: transaction) else { return }
            try await handlers[event.type]?.apply(event, in: transaction)
        }
    }

    private func setAside(_ event: MeshEvent, cause: String) async throws {
        let context = RequestContext.system(producer, logger: logger)
        try await database.transaction(context, scope: .platform) { transaction in
            guard try await ConsumerCursors.advance(producer, to: event, in: transaction) else { return }
            try await ConsumerCursors.park(event, of: producer, cause: cause, in: transaction)
        }
        logger.error(
            "An event was set aside",
            metadata: ["type": "\(event.type)", "event": "\(event.id)", "error": "\(cause)"]
        )
    }
}

/// What has arrived by publish/subscribe and is not taken in yet; bounded, since what is dropped can be pulled.
final class EventArrivals: Sendable {
    private static let capacity = 256

    private struct State {
        var epoch = ""
        var events: [Int64: MeshEvent] = [:]
        var lastAnnounced: Int64 = 0
    }

    let signal = OutboxSignal()
    private let state = Mutex(State())

    /// Called on the subscriber's thread.
    func receive(_ signal: EventSignal) {
        let isNews = state.withLock { state -> Bool in
            switch signal {
            case .event(let event, _):
                if state.epoch != event.epoch { state = State(epoch: event.epoch) }
                if state.events.count >= Self.capacity { state.events.removeAll() }
                state.events[event.position] = event
                state.lastAnnounced = max(state.lastAnnounced, event.position)
                return true
            case .heartbeat(let heartbeat, _):
                guard heartbeat.epoch != state.epoch || heartbeat.position > state.lastAnnounced else { return false }
                if state.epoch != heartbeat.epoch { state = State(epoch: heartbeat.epoch) }
                state.lastAnnounced = heartbeat.position
                return true
            }
        }
        if isNews { self.signal.raise() }
    }

    /// The events that follow a cursor without a gap; `nil` when the next one has not arrived.
    func take(after cursor: ConsumerCursor) -> EventBatch? {
        state.withLock { state -> EventBatch? in
            guard state.epoch == cursor.epoch, state.events[cursor.position + 1] != nil else { return nil }
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
