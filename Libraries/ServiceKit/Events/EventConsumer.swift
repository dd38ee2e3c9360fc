import Contracts
import Logging
import Mesh
import Postgres
import ServiceLifecycle
import Telemetry

/// Follows one producer's events in their order, from where this service left off.
///
/// A few events are taken in at once, in the transaction that moves the cursor. Where one of them fails, or there are
/// many, all are set aside in that transaction instead, and taken in from there: each aggregate's in order, different
/// aggregates' side by side, by all replicas.
struct EventConsumer: Service {
    let producer: String
    /// The running release: another one retries what this one gave up.
    let release: String
    let selection: EventSelection
    let cursors: ConsumerCursors
    let parked: ParkedEvents
    let database: ServiceDatabase
    let client: any ServiceTransport
    let arrivals: EventArrivals
    let figures: ConsumerFigures
    let tracer: Tracer?
    let logger: Logger
    let missedReminder = Throttle(every: .seconds(3_600))
    let heldReminder = Throttle(every: .seconds(300))
    /// The time between two searches for aggregates that no replica works at.
    var repairInterval = Duration.seconds(60)

    private static let batchSize = 500
    /// The maximum number of events taken in directly, in the order of their positions; more are set aside first.
    private static let directLimit = 32
    private static let interval: Duration = .seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await begin()
            await withTaskGroup { group in
                group.addTask { await followWhenRaised() }
                group.addTask { await raiseRegularly() }
                group.addTask { await takeParkedWhenRaised() }
                group.addTask { await showRegularly() }
            }
        }
    }

    /// Takes in once what the producer has emitted so far, and what was set aside and is due.
    ///
    /// - Throws: `ServiceError` of the producer, `MeshError`, `PostgresError`.
    func catchUp() async throws {
        await begin()
        try await follow()
        try await takeParked()
    }

    /// Notes what this release takes in, and tries again what another one gave up.
    private func begin() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                let types = selection.versions.map(\.name)
                guard try await cursors.subscribe(to: types, of: producer, release: release) else { return }
                let redriven = try await parked.redriveAll(of: producer)
                try await cursors.note(release, of: producer)
                if redriven > 0 {
                    logger.notice(
                        "A new release tries again what was set aside",
                        metadata: ["producer": "\(producer)", "events": "\(redriven)"]
                    )
                }
                return
            } catch is CancellationError {
                return
            } catch {
                await pause(after: &failures, "Events wait", error)
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
                await pause(after: &failures, "Events wait", error)
                arrivals.signal.raise()
            }
        }
    }

    /// Tells of the first of several failures, and waits ever longer.
    ///
    /// Half of the pause is random, so that the replicas of a service do not come all at once.
    func pause(after failures: inout Int, _ message: Logger.Message, _ error: any Error) async {
        let level: Logger.Level = failures == 0 ? .warning : .debug
        logger.log(level: level, message, metadata: ["producer": "\(producer)", "error": "\(error)"])
        let limit = min(5_000, 200 << min(failures, 5))
        failures += 1
        // Ends early on cancellation, as does whoever waits.
        try? await Task.sleep(for: .milliseconds(Int.random(in: limit / 2...limit)))
    }

    /// Looks now and then, since a lost last message shows no gap, a producer that was set back may be silent, and
    /// operators and other replicas tell nobody what they do.
    private func raiseRegularly() async {
        while !Task.isCancelled {
            arrivals.verify()
            arrivals.signal.raise()
            arrivals.parked.raise()
            try? await Task.sleep(for: Self.interval)  // ends early on cancellation, as does the loop
        }
    }

    /// Takes in everything up to the producer's present end.
    private func follow() async throws {
        while !Task.isCancelled {
            let state = try await cursors.state(of: producer)
            let cursor = state.cursor
            arrivals.note(cursor)
            figures.missed.set(state.missed)
            remind(ofMissed: state.missed)
            if try await parked.isFull(of: producer) {
                arrivals.parked.raise()
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            let batch: EventBatch
            if let arrived = arrivals.take(after: cursor) {
                batch = arrived
            } else {
                batch = try await pull(after: cursor)
            }
            if batch.epoch != cursor.epoch {
                try await cursors.reset(producer, epoch: batch.epoch)
                guard cursor.position > 0 else { continue }
                reportRestart(cursor)
                continue
            }
            if batch.lastPosition < cursor.position {
                // A producer that does not begin a new epoch by itself.
                try await cursors.restart(producer, from: cursor)
                reportRestart(cursor)
                arrivals.restart()
                continue
            }
            if let last = batch.events.last {
                let wanted = batch.events.compactMap { event -> Wanted? in
                    let choice = selection.choice(for: event, subscribed: state.subscribed)
                    if case .pass = choice { return nil }
                    return Wanted(event: event, choice: choice)
                }
                guard try await take(wanted, from: cursor, to: last, missed: missed(batch, cursor)) else { continue }
                arrivals.note(ConsumerCursor(epoch: batch.epoch, position: last.position))
            }
            let position = batch.events.last?.position ?? cursor.position
            guard !batch.events.isEmpty, position < batch.lastPosition || arrivals.hasMore else { return }
        }
    }

    private func pull(after cursor: ConsumerCursor) async throws -> EventBatch {
        let body: JSONValue = [
            "after": .integer(cursor.position), "limit": .integer(Self.batchSize),
            "seen": arrivals.evidence(at: cursor).json,
        ]
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
        return batch
    }

    /// The number of events between the cursor and a batch that the producer no longer keeps.
    private func missed(_ batch: EventBatch, _ cursor: ConsumerCursor) -> Int64 {
        guard cursor.position > 0, let first = batch.events.first else { return 0 }
        return max(0, first.position - cursor.position - 1)
    }

    private func remind(ofMissed count: Int) {
        guard count > 0, missedReminder.noteIfDue() else { return }
        logger.error(
            """
            Events expired before they were read: compare this service's data with the producer's, then acknowledge it \
            with "rovierr events acknowledge"
            """,
            metadata: ["producer": "\(producer)", "events": "\(count)"]
        )
    }

    private func reportRestart(_ cursor: ConsumerCursor) {
        figures.restarts.add()
        logger.error(
            "A producer was set back or given a new epoch: its events are read again from the oldest that it keeps",
            metadata: ["producer": "\(producer)", "epoch": "\(cursor.epoch)", "read": "\(cursor.position)"]
        )
    }

    // MARK: Taking in

    /// An event that concerns this service.
    private struct Wanted {
        let event: MeshEvent
        let choice: EventSelection.Choice

        var parked: ParkedEvents.New {
            if case .awaitRelease(let cause) = choice { return .init(event: event, unreadable: cause) }
            return .init(event: event, unreadable: nil)
        }
    }

    /// Moves the cursor to the last event of a batch, and takes in those that concern this service or sets them aside.
    ///
    /// - Returns: `false` when another replica has moved the cursor.
    private func take(
        _ wanted: [Wanted],
        from cursor: ConsumerCursor,
        to last: MeshEvent,
        missed: Int64
    ) async throws -> Bool {
        if wanted.count <= Self.directLimit {
            do {
                return try await takeDirectly(wanted, from: cursor, to: last, missed: missed)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Set aside, each shows on its own whether it fails.
                logger.debug("Events are set aside", metadata: ["producer": "\(producer)", "error": "\(error)"])
            }
        }
        let isMine = try await transaction { transaction in
            guard
                try await ConsumerCursors.advance(producer, from: cursor, to: last, missed: missed, in: transaction)
            else { return false }
            try await ParkedEvents.park(wanted.map(\.parked), of: producer, in: transaction)
            return true
        }
        if isMine { arrivals.parked.raise() }
        return isMine
    }

    /// Takes in a few events in one transaction, all or none.
    private func takeDirectly(
        _ wanted: [Wanted],
        from cursor: ConsumerCursor,
        to last: MeshEvent,
        missed: Int64
    ) async throws -> Bool {
        // Not for long: what has to wait for a lock waits better by itself.
        let aside = try await transaction(timeLeft: .seconds(2)) { transaction -> Int? in
            guard
                try await ConsumerCursors.advance(producer, from: cursor, to: last, missed: missed, in: transaction)
            else { return nil }
            guard !wanted.isEmpty else { return 0 }
            let aggregates = Set(wanted.map(\.event.order))
            var blocked = try await ParkedEvents.blocked(Array(aggregates), of: producer, in: transaction)
            var aside: [ParkedEvents.New] = []
            for one in wanted {
                if case .handle(let taker) = one.choice, !blocked.contains(one.event.order) {
                    try await apply(one.event, with: taker, in: transaction)
                } else {
                    blocked.insert(one.event.order)
                    aside.append(one.parked)
                }
            }
            try await ParkedEvents.park(aside, of: producer, in: transaction)
            return aside.count
        }
        guard let aside else { return false }
        figures.taken.add(UInt64(wanted.count - aside))
        if aside > 0 { arrivals.parked.raise() }
        return true
    }

    func apply(
        _ event: MeshEvent,
        with taker: any EventTaker,
        in transaction: ServiceTransaction
    ) async throws {
        // A trace of its own: the one in which the event was emitted has ended long ago, perhaps.
        let root = TraceContext(isSampled: tracer != nil && event.trace?.isSampled == true)
        guard root.isSampled else { return try await taker.apply(event, in: transaction) }
        let links = event.trace.map { [$0] } ?? []
        var span = Span("\(event.type) process", .consumer, context: root, parent: nil, links: links)
        span.attributes = [("messaging.message.id", .text(event.id)), ("messaging.destination.name", .text(producer))]
        do {
            try await CurrentSpan.within(span) { try await taker.apply(event, in: transaction) }
            tracer.record(span)
        } catch {
            span.failure = "\(type(of: error))"
            tracer.record(span)
            throw error
        }
    }

    func transaction<R>(
        timeLeft: Duration = .seconds(10),
        _ body: (ServiceTransaction) async throws -> R
    ) async throws -> R {
        let context = RequestContext.system(producer, timeLeft: timeLeft, logger: logger)
        return try await database.transaction(context, scope: .platform, body)
    }
}
