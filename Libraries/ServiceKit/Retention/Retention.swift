package import Logging
package import Postgres
import ServiceLifecycle

/// Removes the rows of a service's tables whose retention period has ended.
///
/// Any number of replicas may run it: each batch holds a lock on its table that only one replica gets. The lock ends
/// with the batch's transaction, so a crash loses at most one batch and the next round continues.
package struct Retention: Service {
    /// The pace of the removals.
    package struct Pace: Sendable {
        /// The time between two rounds.
        package var interval: Duration = .seconds(300)
        /// The time after which a round leaves the rest to the next one.
        package var budget: Duration = .seconds(60)
        /// The time between two batches, in which others get the disk.
        package var pause: Duration = .milliseconds(100)
        /// The maximum number of rows in a transaction, if a rule has no smaller one.
        package var batch = 1_000

        package init() {}
    }

    /// The rows removed by one rule.
    package struct Removal: Sendable, Equatable {
        /// The number of rows removed.
        package var rows = 0
        /// The number of transactions that removed some.
        package var batches = 0
        /// Tells whether time ran out with rows left to remove.
        package var isUnfinished = false
    }

    /// A rule with its table.
    package struct Step: Sendable {
        package let table: String
        package let rule: RetentionRule
    }

    /// The number of rows removed by a rule in a round above which the log tells of it.
    private static let reportedRows = 10_000

    package let steps: [Step]
    private let database: Database
    private let pace: Pace
    private let removed: [String: Counter]
    private let unfinished: Gauge
    private let logger: Logger

    /// - Parameters:
    ///   - tables: The service's tables, with those of ServiceKit.
    ///   - database: Logged in as the service's role.
    ///   - pace: The pace of the removals.
    ///   - metrics: Where removed rows are counted.
    ///   - logger: Where faults and large removals are reported.
    package init(
        of tables: [RetainedTable],
        in database: Database,
        pace: Pace = Pace(),
        metrics: Metrics,
        logger: Logger
    ) {
        steps = tables.flatMap { table in table.rules.map { Step(table: table.name, rule: $0) } }
        self.database = database
        self.pace = pace
        self.logger = logger
        let names = Set(tables.filter { !$0.rules.isEmpty }.map(\.name))
        let counters = names.map { name in
            let help = "Rows removed because their retention period had ended."
            return (name, metrics.counter("rovierr_retention_removed_total", help, labels: [("table", name)]))
        }
        removed = Dictionary(uniqueKeysWithValues: counters)
        unfinished = metrics.gauge(
            "rovierr_retention_unfinished",
            "Whether the last round of removals ran out of time: 1 or 0."
        )
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var first = 0
            // Replicas that start together take turns.
            var pause = Duration.seconds(Double.random(in: 0...1) * (pace.interval / .seconds(1)))
            while !Task.isCancelled {
                try? await Task.sleep(for: pause)  // ends early on cancellation, as does the loop
                first = await round(from: first)
                pause = pace.interval
            }
        }
    }

    /// Applies each rule once, until the time budget is spent.
    ///
    /// - Parameter first: The index in `steps` of the rule to begin with.
    /// - Returns: The index to begin the next round with: the one after the rule that ran out of time, so that no other
    ///   rule waits for it.
    package func round(from first: Int = 0) async -> Int {
        let deadline = ContinuousClock.now + pace.budget
        for offset in steps.indices {
            let place = (first + offset) % steps.count
            let step = steps[place]
            do {
                guard try await !remove(step, until: deadline).isUnfinished else {
                    unfinished.set(1)
                    return (place + 1) % steps.count
                }
            } catch is CancellationError {
                return place
            } catch {  // the next round tries again
                logger.warning(
                    "Old rows could not be removed",
                    metadata: ["table": "\(step.table)", "rows": "\(step.rule.rows)", "error": "\(error)"]
                )
            }
        }
        unfinished.set(0)
        return 0
    }

    /// Removes the rows of one rule in batches, each in a transaction of its own.
    ///
    /// - Parameters:
    ///   - step: The rule.
    ///   - deadline: When to stop.
    /// - Returns: What was removed until no rows or no time was left, or another replica was at work on the table.
    /// - Throws: `PostgresError`, or `CancellationError`; batches that were committed stay removed.
    package func remove(_ step: Step, until deadline: ContinuousClock.Instant) async throws -> Removal {
        let limit = min(pace.batch, step.rule.batch)
        var removal = Removal()
        defer { report(removal, of: step) }
        while let count = try await removeBatch(step, limit: limit) {
            removal.rows += count
            if count > 0 { removal.batches += 1 }
            removed[step.table]?.add(UInt64(count))
            if count < limit { break }
            guard .now < deadline else {
                removal.isUnfinished = true
                break
            }
            try await Task.sleep(for: pace.pause)
        }
        return removal
    }

    /// Removes at most `limit` rows.
    ///
    /// - Returns: Their number; `nil` if another replica is at the table.
    private func removeBatch(_ step: Step, limit: Int) async throws -> Int? {
        try await database.transaction(scope: .platform) { transaction -> Int? in
            // Services may share a database, and locks are the database's: the schema is a part of the name.
            let lock = try await transaction.one(
                """
                SELECT pg_try_advisory_xact_lock(
                    hashtextextended('retention ' || current_schema()::text || '.' || \(step.table), 0)
                ) AS is_ours
                """
            )
            guard try lock["is_ours"] as Bool else { return nil }
            let row = try await transaction.one(step.rule.statement(on: step.table, limit: limit))
            return try row["removed"] as Int
        }
    }

    private func report(_ removal: Removal, of step: Step) {
        guard removal.rows >= Self.reportedRows else { return }
        logger.info(
            "Removed old rows",
            metadata: ["table": "\(step.table)", "rows": "\(step.rule.rows)", "count": "\(removal.rows)"]
        )
    }
}
