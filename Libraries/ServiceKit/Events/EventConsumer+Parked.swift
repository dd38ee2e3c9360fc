import Contracts
import Logging
import Mesh
import Postgres

/// Takes in what was set aside: each aggregate's events in order, those of different aggregates side by side.
extension EventConsumer {
    /// The number of a consumer's concurrent transactions: half of a daemon's connections for transactions.
    private static let workers = 2
    /// The maximum number of events in one transaction, and of their aggregates.
    private static let limit = (events: 200, aggregates: 32)

    /// Takes in events that were set aside, whenever one is due.
    func takeParkedWhenRaised() async {
        var failures = 0
        let repairs = Throttle(every: repairInterval)
        for await _ in arrivals.parked.raises {
            do {
                if repairs.isDue {
                    try await parked.repair(of: producer)
                    repairs.note()
                }
                try await takeParked()
                failures = 0
                guard let next = try await parked.nextDue(of: producer), next < .seconds(5) else { continue }
                try await Task.sleep(for: min(max(next, .milliseconds(20)), .milliseconds(200)))
                arrivals.parked.raise()
            } catch is CancellationError {
            } catch {
                await pause(after: &failures, "Events stay set aside for now", error)
                arrivals.parked.raise()
            }
        }
    }

    /// Takes in events that were set aside, until none is due.
    func takeParked() async throws {
        let subscribed = try await cursors.state(of: producer).subscribed
        try await parked.release(selection, subscribed: subscribed, of: producer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.workers { group.addTask { try await takeAllDue(subscribed) } }
            try await group.waitForAll()
        }
    }

    /// Shows what is set aside, apart from the work on it, which may take long.
    func showRegularly() async {
        while !Task.isCancelled {
            // The work itself logs failures of the database.
            if let summary = try? await parked.summary(of: producer) { show(summary) }
            try? await Task.sleep(for: .seconds(5))  // ends early on cancellation, as does the loop
        }
    }

    private func show(_ summary: ParkedEvents.Summary) {
        figures.show(summary)
        guard summary.heldSeconds > 60, heldReminder.noteIfDue() else { return }
        logger.warning(
            "Events that can't be taken in hold up their aggregates: see \"rovierr events list\"",
            metadata: [
                "producer": "\(producer)", "aggregates": "\(summary.heldAggregates)", "events": "\(summary.all)",
                "seconds": "\(summary.heldSeconds)",
            ]
        )
    }

    /// Takes in what is due until nothing is.
    private func takeAllDue(_ subscribed: Set<String>) async throws {
        var limit = Self.limit.events
        while !Task.isCancelled {
            // What has failed before is tried alone, so that it undoes no others.
            let retried = try await takeDue(.failed, limit: 1, subscribed)
            switch try await takeDue(.fresh, limit: limit, subscribed) {
            case .nothing: if retried == .nothing { return }
            case .taken: limit = min(2 * limit, Self.limit.events)
            case .undone: limit = 1  // then it shows which of them it was
            }
        }
    }

    private enum Outcome: Equatable {
        /// Nothing is due that no other worker has.
        case nothing
        case taken
        /// One of several failed, and the transaction with it.
        case undone
    }

    /// Takes in the first events of some aggregates in one transaction.
    ///
    /// - Parameters:
    ///   - kind: Events that have failed before, or the others.
    ///   - limit: The maximum number. A single one that fails is noted as failed.
    ///   - subscribed: The types that some release of this service takes in.
    /// - Returns: The outcome.
    /// - Throws: `PostgresError`, `CancellationError`.
    private func takeDue(_ kind: ParkedEvents.Kind, limit: Int, _ subscribed: Set<String>) async throws -> Outcome {
        var waiting: [ParkedEvents.Waiting] = []
        do {
            let count = try await transaction { transaction -> Int? in
                waiting = []
                let claims = try await ParkedEvents.claim(
                    kind,
                    limit: min(limit, Self.limit.aggregates),
                    of: producer,
                    in: transaction
                )
                guard !claims.isEmpty else { return nil }
                let each = max(1, limit / claims.count)
                waiting = try await ParkedEvents.first(
                    of: claims.map(\.aggregate),
                    limit: each,
                    of: producer,
                    in: transaction
                )
                return try await take(waiting, claims, each, subscribed, in: transaction)
            }
            guard let count else { return .nothing }
            figures.taken.add(UInt64(count))
            return .taken
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            guard let failed = waiting.first else { throw error }
            guard waiting.count == 1 else { return .undone }
            try await note(error, of: failed)
            return .taken
        }
    }

    /// - Returns: The number of events taken in.
    private func take(
        _ waiting: [ParkedEvents.Waiting],
        _ claims: [ParkedEvents.Claim],
        _ limit: Int,
        _ subscribed: Set<String>,
        in transaction: ServiceTransaction
    ) async throws -> Int {
        let byAggregate = Dictionary(grouping: waiting, by: \.aggregate)
        var (taken, done, resting, emptied) = (0, [String](), [String](), [String]())
        for claim in claims {
            var held: String?
            for one in byAggregate[claim.aggregate] ?? [] {
                guard !one.hasFailed || one.isDue && claim.tickets.contains(one.id) else {
                    held = one.id
                    break
                }
                let event = try MeshEvent(decoding: one.bytes)
                switch selection.choice(for: event, subscribed: subscribed) {
                case .handle(let taker):
                    try await apply(event, with: taker, in: transaction)
                    taken += 1
                case .pass: break
                case .awaitRelease(let cause):
                    try await ParkedEvents.awaitRelease(one.id, of: producer, cause: cause, in: transaction)
                    held = one.id
                }
                if held != nil { break }
                done.append(one.id)
            }
            if let held {
                resting += claim.tickets.filter { $0 != held }
            } else {
                emptied.append(claim.aggregate)
            }
        }
        try await ParkedEvents.remove(done, of: producer, in: transaction)
        try await ParkedEvents.rest(resting, of: producer, in: transaction)
        try await ParkedEvents.passOn(emptied, of: producer, in: transaction)
        return taken
    }

    /// Notes that an event could not be taken in, and tells.
    private func note(_ error: any Error, of event: ParkedEvents.Waiting) async throws {
        let fault = EventFault(error)
        let attempt = event.attempts + (fault == .own ? 1 : 0)
        let metadata: Logger.Metadata = [
            "producer": "\(producer)", "type": "\(event.type)", "event": "\(event.id)", "attempt": "\(attempt)",
            "error": "\(error)",
        ]
        switch fault {
        case .own:
            figures.failures.add()
            logger.warning("An event was not taken in", metadata: metadata)
        case .passing:
            let level: Logger.Level = event.waits == 0 ? .notice : .debug
            logger.log(level: level, "An event waits until it can be taken in", metadata: metadata)
        }
        if try await parked.failed(event.id, of: producer, fault: fault, cause: "\(error)") {
            logger.error("An event waits for an operator, and its aggregate with it", metadata: metadata)
        }
    }
}
