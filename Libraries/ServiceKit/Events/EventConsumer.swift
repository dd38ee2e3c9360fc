public import Contracts
import Logging
import Mesh
import Postgres
import ServiceLifecycle
import Synchronization
import Telemetry

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
        guard event.version <= Event.version else {
            throw UnknownEventVersion(version: event.version, known: Event.version)
        }
        guard let id = EventID(event.id), let time = Timestamp(event.time) else {
            throw ValidationError("id", .badFormat, "The event's id or time cannot be read.")
        }
        let metadata = EventMetadata(id: id, time: time, tenant: event.tenantID.flatMap(UniversityID.init))
        try await handle(Event(jsonBytes: event.data), metadata: metadata, in: transaction)
    }
}

/// An event that a newer release of its producer has written.
struct UnknownEventVersion: Error, CustomStringConvertible {
    let version: Int
    let known: Int
    var description: String { "it is of version \(version), and this release reads \(known)" }
}

/// Follows one producer's events in their order, from where this service left off.
struct EventConsumer: Service {
    let producer: String
    let handlers: [String: any EventHandler]
    let cursors: ConsumerCursors
    let parked: ParkedEvents
    let database: ServiceDatabase
    let client: MeshClient
    let arrivals: EventArrivals
    let figures: ConsumerFigures
    let tracer: Tracer?
    let logger: Logger

    private static let batchSize = 200
    private static let interval: Duration = .seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                group.addTask { await followWhenRaised() }
                group.addTask { await raiseRegularly() }
                group.addTask { await retryParked() }
            }
        }
    }

    private func followWhenRaised() async {
        var failures = 0
        for await _ in arrivals.signal.raises {
            do {
                try await follow()
                if failures > 0 { logger.notice("Events come in again", metadata: ["producer": "\(producer)"]) }
                failures = 0
            } catch is CancellationError {
            } catch {
                let level: Logger.Level = failures == 0 ? .warning : .debug
                logger.log(level: level, "Events wait", metadata: ["producer": "\(producer)", "error": "\(error)"])
                try? await Task.sleep(for: Self.pause(after: failures))  // ends early on cancellation, as does the loop
                failures += 1
                arrivals.signal.raise()
            }
        }
    }

    /// Half of it is random, so that the replicas of a service do not come all at once.
    private static func pause(after failures: Int) -> Duration {
        let limit = min(5_000, 200 << min(failures, 5))
        return .milliseconds(Int.random(in: limit / 2...limit))
    }

    /// A lost last message shows no gap, and of what operators and other replicas do nobody is told; looking now and then
    /// finds it.
    private func raiseRegularly() async {
        while !Task.isCancelled {
            arrivals.signal.raise()
            arrivals.parked.raise()
            try? await Task.sleep(for: Self.interval)  // ends early on cancellation, as does the loop
        }
    }

    /// Takes in everything up to the producer's present end.
    private func follow() async throws {
        while !Task.isCancelled {
            let cursor = try await cursors.cursor(of: producer)
            arrivals.note(cursor)
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
            let position = batch.events.last?.position ?? cursor.position
            arrivals.note(ConsumerCursor(epoch: batch.epoch, position: position))
            guard !batch.events.isEmpty, position < batch.lastPosition || arrivals.hasMore else { return }
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
        arrivals.note(end: batch.lastPosition, of: batch.epoch)
        if let first = batch.events.first, first.position > cursor.position + 1, batch.epoch == cursor.epoch {
            logger.error(
                "Events are gone that this service never saw",
                metadata: ["producer": "\(producer)", "after": "\(cursor.position)", "next": "\(first.position)"]
            )
        }
        return batch
    }

    /// Takes an event in, or sets it aside: it holds up those of its aggregate then, and no others.
    private func take(_ event: MeshEvent) async throws {
        do {
            let isBlocked = try await transaction { transaction in
                guard try await ConsumerCursors.advance(producer, to: event, in: transaction) else { return false }
                guard let handler = handlers[event.type] else { return false }
                if try await ParkedEvents.isBlocked(event, of: producer, in: transaction) {
                    try await ParkedEvents.park(event, of: producer, cause: nil, in: transaction)
                    return true
                }
                try await apply(event, with: handler, in: transaction)
                return false
            }
            isBlocked ? arrivals.parked.raise() : figures.taken.add()
        } catch let error where !Self.isEventsFault(error) {
            throw error  // wait for the database
        } catch {
            report(error, event, attempt: 1)
            try await transaction { transaction in
                guard try await ConsumerCursors.advance(producer, to: event, in: transaction) else { return }
                try await ParkedEvents.park(event, of: producer, cause: "\(error)", in: transaction)
            }
            arrivals.parked.raise()
        }
    }

    private func apply(
        _ event: MeshEvent,
        with handler: any EventHandler,
        in transaction: ServiceTransaction
    ) async throws {
        // A trace of its own: the one in which the event was emitted has ended long ago, perhaps.
        let root = TraceContext(isSampled: tracer != nil && event.trace?.isSampled == true)
        guard root.isSampled else { return try await handler.apply(event, in: transaction) }
        let links = event.trace.map { [$0] } ?? []
        var span = Span("\(event.type) process", .consumer, context: root, parent: nil, links: links)
        span.attributes = [("messaging.message.id", .text(event.id)), ("messaging.destination.name", .text(producer))]
        do {
            try await CurrentSpan.within(span) { try await handler.apply(event, in: transaction) }
            tracer.record(span)
        } catch {
            span.failure = "\(type(of: error))"
            tracer.record(span)
            throw error
        }
    }

    private func transaction<R>(_ body: (ServiceTransaction) async throws -> R) async throws -> R {
        try await database.transaction(.system(producer, logger: logger), scope: .platform, body)
    }

    /// Whether another try may end otherwise for a reason that lies in the event.
    private static func isEventsFault(_ error: any Error) -> Bool {
        !(error is CancellationError) && ServiceError(error).code != .serviceUnavailable
    }

    private func report(_ error: any Error, _ event: MeshEvent, attempt: Int) {
        figures.failures.add()
        logger.warning(
            "An event was not taken in",
            metadata: [
                "type": "\(event.type)", "event": "\(event.id)", "attempt": "\(attempt)", "error": "\(error)",
            ]
        )
    }

    // MARK: Events set aside

    /// Tries events that were set aside again, whenever one is due.
    private func retryParked() async {
        for await _ in arrivals.parked.raises {
            do {
                while try await retryNext() {}
                let count = try await parked.count(of: producer)
                figures.parked.set(count.all)
                figures.givenUp.set(count.givenUp)
                guard count.pending > 0 else { continue }
                try await Task.sleep(for: .milliseconds(200))
                arrivals.parked.raise()
            } catch {
                logger.debug("Events stay set aside for now", metadata: ["error": "\(error)"])
            }
        }
    }

    /// - Returns: Whether there was one to try.
    private func retryNext() async throws -> Bool {
        var tried: ParkedEvents.Entry?
        do {
            return try await transaction { transaction in
                guard let entry = try await ParkedEvents.next(of: producer, in: transaction) else { return false }
                tried = entry
                if let handler = handlers[entry.event.type] {
                    try await apply(entry.event, with: handler, in: transaction)
                }
                try await ParkedEvents.remove(entry.id, of: producer, in: transaction)
                figures.taken.add()
                return true
            }
        } catch let error where !Self.isEventsFault(error) {
            throw error
        } catch {
            guard let tried else { throw error }
            report(error, tried.event, attempt: tried.attempts + 1)
            if try await parked.failed(tried.id, of: producer, cause: "\(error)") {
                logger.error(
                    "An event waits for an operator, and its aggregate with it",
                    metadata: ["type": "\(tried.type)", "event": "\(tried.id)", "error": "\(error)"]
                )
            }
            return true
        }
    }
}

/// What has arrived by publish/subscribe and is not taken in yet; bounded, since what is dropped can be pulled.
final class EventArrivals: Sendable {
    private static let capacity = 256

    private struct State {
        var epoch = ""
        var events: [Int64: MeshEvent] = [:]
        var lastAnnounced: Int64 = 0
        /// How far the producer's events go as it has answered, which nobody has to be woken for.
        var lastAnswered: Int64 = 0
        /// How far this service has read, as far as is known here.
        var cursor: ConsumerCursor?

        mutating func begin(_ epoch: String) {
            guard epoch != self.epoch else { return }
            self = State(epoch: epoch, cursor: cursor)
        }

        /// How many events are not read yet; `nil` before the cursor is known.
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

    /// Called on the subscriber's thread.
    func receive(_ signal: EventSignal) {
        switch signal {
        case .event(let event, _):
            update { state in
                state.begin(event.epoch)
                if state.events.count >= Self.capacity { state.events.removeAll() }
                state.events[event.position] = event
                state.lastAnnounced = max(state.lastAnnounced, event.position)
            }
            self.signal.raise()
        case .heartbeat(let heartbeat, _):
            let isNews = update { state in
                guard heartbeat.epoch != state.epoch || heartbeat.position > state.lastAnnounced else { return false }
                state.begin(heartbeat.epoch)
                state.lastAnnounced = heartbeat.position
                return true
            }
            if isNews { self.signal.raise() }
        }
    }

    /// Takes over how far this service has read.
    func note(_ cursor: ConsumerCursor) {
        update { $0.cursor = cursor }
    }

    /// Takes over how far the producer has answered that its events go.
    func note(end: Int64, of epoch: String) {
        update { state in
            state.begin(epoch)
            state.lastAnswered = max(state.lastAnswered, end)
        }
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
