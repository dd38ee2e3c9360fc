import Contracts
import Mesh
import Postgres

/// Every statement that names the `parked_events` table: events that wait to be taken in, each behind the earlier ones
/// of its aggregate.
///
/// An event with a `due_at` is a ticket for its aggregate: whoever claims it takes in the aggregate's first events. The
/// first event of each aggregate has a ticket unless it waits for an operator or for a release: `park` issues one, and
/// whoever removes the first event passes one on. So nobody ever searches through those that wait.
struct ParkedEvents: Sendable {
    /// The number of attempts at an event that fails by its own fault before it waits for an operator.
    static let maximumAttempts = 8
    /// In seconds, doubled with every attempt: some 25 seconds in all.
    private static let firstPause = 0.2
    /// In seconds, for an event that waits for the database or another service.
    private static let longestWait = 30.0

    let database: Database

    /// An event that is set aside now.
    struct New: Sendable {
        let event: MeshEvent
        /// The reason for which only another release can read it; `nil` for one that waits for its turn.
        let unreadable: String?
    }

    /// The kind of events that a claim is for.
    enum Kind: Sendable {
        /// Those that have not failed, several at once.
        case fresh
        /// One that has failed and is due again.
        case failed
    }

    /// An aggregate that is this transaction's to work at, and the events by which it was found.
    struct Claim: PostgresRowDecodable, Sendable {
        let aggregate: String
        let tickets: [String]

        init(row: PostgresRow) throws {
            aggregate = try row["aggregate"]
            tickets = try row["tickets"]
        }
    }

    /// An event whose turn it is.
    struct Waiting: PostgresRowDecodable, Sendable {
        let id: String
        let aggregate: String
        let type: String
        let attempts: Int
        let waits: Int
        /// Tells whether it holds up its aggregate.
        let hasFailed: Bool
        let isDue: Bool
        let bytes: [UInt8]

        init(row: PostgresRow) throws {
            id = try row["event_id"]
            aggregate = try row["aggregate"]
            type = try row["type"]
            attempts = try row["attempts"]
            waits = try row["waits"]
            hasFailed = try row["has_failed"]
            isDue = try row["is_due"]
            bytes = try row["event"]
        }
    }

    /// The condition that an event holds up its aggregate.
    static let hasFailed = "(attempts > 0 OR waits > 0 OR awaits_release)"

    /// The advisory lock of the aggregate in the column `aggregate`; whoever holds it changes what is set aside of it.
    private static func lockKey(_ producer: String) -> SQL {
        "hashtextextended(current_schema() || '/' || \(producer) || '/' || aggregate, 0)"
    }

    /// Locks aggregates until the transaction ends.
    static func lock(_ aggregates: [String], of producer: String, in sql: some SQLExecutor) async throws {
        // In one order, so that no two transactions wait for each other.
        try await sql.execute(
            "SELECT pg_advisory_xact_lock(\(lockKey(producer))) FROM unnest(\(aggregates.sorted())) AS it (aggregate)"
        )
    }

    // MARK: For the consumer

    /// Returns those of the aggregates that have events set aside, behind which later ones have to wait.
    static func blocked(
        _ aggregates: [String],
        of producer: String,
        in sql: some SQLExecutor
    ) async throws -> Set<String> {
        let rows = try await sql.query(
            """
            SELECT name FROM unnest(\(aggregates)) AS wanted (name)
            WHERE EXISTS (SELECT FROM parked_events WHERE producer = \(producer) AND aggregate = wanted.name)
            """
        )
        let names: [String] = try rows.map { try $0["name"] }
        return Set(names)
    }

    /// Sets events aside in the order of their positions.
    static func park(_ new: [New], of producer: String, in sql: some SQLExecutor) async throws {
        guard !new.isEmpty else { return }
        var aggregates: Set<String> = []
        let isFirst = new.map { aggregates.insert($0.event.order).inserted }
        // With an attempt and no time for the next, an older release leaves the event to an operator.
        try await sql.execute(
            """
            INSERT INTO parked_events \
            (producer, event_id, event, cause, type, version, aggregate, position, attempts, awaits_release, due_at)
            SELECT \(producer), event_id, event, cause, type, version, aggregate, position, awaits_release::integer, \
            awaits_release, CASE WHEN is_first AND NOT awaits_release THEN now() END
            FROM unnest(\(new.map(\.event.id)), \(new.map { $0.event.encoded() }), \
            \(new.map { $0.unreadable ?? "It waits for its turn." }), \(new.map(\.event.type)), \
            \(new.map(\.event.version)), \(new.map(\.event.order)), \(new.map(\.event.position)), \
            \(new.map { $0.unreadable != nil }), \(isFirst)) AS \
            new (event_id, event, cause, type, version, aggregate, position, awaits_release, is_first)
            ON CONFLICT (producer, event_id) DO NOTHING
            """
        )
    }

    /// Claims aggregates that have an event due; no other replica gets them until the transaction ends.
    static func claim(
        _ kind: Kind,
        limit: Int,
        of producer: String,
        in sql: some SQLExecutor
    ) async throws -> [Claim] {
        // The lock is taken row by row, for as many as are wanted, since the rows before it stand in order already.
        try await sql.all(
            """
            WITH due AS MATERIALIZED (
                SELECT event_id, aggregate, due_at FROM parked_events
                WHERE producer = \(producer) AND due_at <= now() AND \
            \(raw: kind == .fresh ? "NOT \(hasFailed)" : hasFailed)
                ORDER BY due_at LIMIT 500
            ), found AS MATERIALIZED (
                SELECT aggregate, array_agg(event_id) AS tickets FROM due GROUP BY aggregate ORDER BY min(due_at)
            )
            SELECT aggregate, tickets FROM found WHERE pg_try_advisory_xact_lock(\(lockKey(producer))) LIMIT \(limit)
            """
        )
    }

    /// The first events of claimed aggregates, in order.
    ///
    /// - Parameters:
    ///   - aggregates: Claimed in an earlier statement, so that this one sees what their last holder committed.
    ///   - limit: The maximum number of each.
    ///   - producer: Whose events they are.
    ///   - sql: The transaction that holds the claims.
    /// - Returns: The events, in the order of their positions within an aggregate.
    /// - Throws: `PostgresError`.
    static func first(
        of aggregates: [String],
        limit: Int,
        of producer: String,
        in sql: some SQLExecutor
    ) async throws -> [Waiting] {
        // An older release locks the events, not their aggregate.
        try await sql.query(
            """
            SELECT it.* FROM unnest(\(aggregates)) AS claimed (name) CROSS JOIN LATERAL (
                SELECT event_id, aggregate, type, attempts, waits, \(raw: hasFailed) AS has_failed, \
            coalesce(due_at <= now(), false) AS is_due, event, position
                FROM parked_events WHERE producer = \(producer) AND aggregate = claimed.name
                ORDER BY position LIMIT \(limit) FOR UPDATE
            ) AS it ORDER BY it.position
            """
        ).map(Waiting.init(row:))
    }

    /// Removes events.
    ///
    /// - Returns: The number of those that were there.
    @discardableResult
    static func remove(_ ids: [String], of producer: String, in sql: some SQLExecutor) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await sql.execute(
            "DELETE FROM parked_events WHERE producer = \(producer) AND event_id = ANY(\(ids))"
        )
    }

    /// Makes the first event of each aggregate due, unless it has failed.
    static func passOn(_ aggregates: [String], of producer: String, in sql: some SQLExecutor) async throws {
        guard !aggregates.isEmpty else { return }
        try await sql.execute(
            """
            UPDATE parked_events AS it SET due_at = now()
            FROM unnest(\(aggregates)) AS emptied (name) CROSS JOIN LATERAL (
                SELECT event_id FROM parked_events WHERE producer = \(producer) AND aggregate = emptied.name
                ORDER BY position LIMIT 1
            ) AS head
            WHERE it.producer = \(producer) AND it.event_id = head.event_id AND it.due_at IS NULL \
            AND NOT \(raw: hasFailed)
            """
        )
    }

    /// Takes back tickets of events behind one that holds up their aggregate; its removal passes one on.
    static func rest(_ ids: [String], of producer: String, in sql: some SQLExecutor) async throws {
        guard !ids.isEmpty else { return }
        try await sql.execute(
            """
            UPDATE parked_events SET due_at = NULL, retry_at = NULL, attempts = 0, waits = 0
            WHERE producer = \(producer) AND event_id = ANY(\(ids))
            """
        )
    }

    /// Keeps an event that only another release can read.
    static func awaitRelease(
        _ id: String,
        of producer: String,
        cause: String,
        in sql: some SQLExecutor
    ) async throws {
        try await sql.execute(
            """
            UPDATE parked_events
            SET awaits_release = true, attempts = 1, due_at = NULL, retry_at = NULL, cause = \(cause)
            WHERE producer = \(producer) AND event_id = \(id)
            """
        )
    }

    /// Notes that an event could not be taken in.
    ///
    /// - Parameters:
    ///   - id: The event.
    ///   - producer: Whose it is.
    ///   - fault: Whose fault it was: only the event's own counts.
    ///   - cause: The message for an operator.
    /// - Returns: Whether the event waits for an operator now.
    /// - Throws: `PostgresError`.
    func failed(_ id: String, of producer: String, fault: EventFault, cause: String) async throws -> Bool {
        let next: SQL = """
            CASE WHEN attempts + 1 < \(Self.maximumAttempts) \
            THEN now() + make_interval(secs => \(Self.firstPause) * power(2, attempts)) END
            """
        let change: SQL =
            switch fault {
            case .passing:
                """
                waits = waits + 1, due_at = now() + make_interval(secs => \
                least(\(Self.longestWait), \(Self.firstPause) * power(2, least(waits, 10))))
                """
            case .own: "attempts = attempts + 1, due_at = \(next), retry_at = \(next)"
            }
        let row = try await database.first(
            """
            UPDATE parked_events SET cause = \(cause), \(change)
            WHERE producer = \(producer) AND event_id = \(id) RETURNING due_at IS NULL AS is_given_up
            """,
            scope: .none
        )
        return try row.map { try $0["is_given_up"] } ?? false
    }

    /// Restores the missing tickets of aggregates, which a replica of an older release may have lost.
    func repair(of producer: String) async throws {
        // A skip scan: from the first event of one aggregate to that of the next.
        try await database.execute(
            """
            WITH RECURSIVE heads AS (
                (SELECT aggregate, event_id FROM parked_events WHERE producer = \(producer)
                ORDER BY aggregate, position LIMIT 1)
                UNION ALL
                SELECT next.aggregate, next.event_id FROM heads CROSS JOIN LATERAL (
                    SELECT aggregate, event_id FROM parked_events
                    WHERE producer = \(producer) AND aggregate > heads.aggregate
                    ORDER BY aggregate, position LIMIT 1
                ) AS next
            )
            UPDATE parked_events AS it SET due_at = now() FROM heads
            WHERE it.producer = \(producer) AND it.event_id = heads.event_id AND it.due_at IS NULL \
            AND NOT \(raw: Self.hasFailed)
            """,
            scope: .none
        )
    }

    /// The maximum number of events that one transaction schedules or skips.
    static let part = 1_000

    /// Schedules everything that failed or awaits a release to be tried again, from the first attempt on.
    ///
    /// - Returns: The number of these events.
    func redriveAll(of producer: String) async throws -> Int {
        let row = try await database.one(
            "SELECT count(*) AS events FROM parked_events WHERE producer = \(producer) AND \(raw: Self.hasFailed)",
            scope: .none
        )
        let events: Int = try row["events"]
        var redriven = 0
        // No more than there were: a replica of another release may fail at some again meanwhile.
        while redriven < events {
            let count = try await database.execute(
                """
                UPDATE parked_events SET attempts = 0, waits = 0, awaits_release = false, retry_at = NULL, due_at = now()
                WHERE producer = \(producer) AND event_id IN (
                    SELECT event_id FROM parked_events
                    WHERE producer = \(producer) AND \(raw: Self.hasFailed) LIMIT \(Self.part)
                )
                """,
                scope: .none
            )
            guard count > 0 else { break }
            redriven += count
        }
        return redriven
    }

    /// Makes some events due that waited for this release: it takes them in, or knows that nobody does.
    func release(_ selection: EventSelection, subscribed: Set<String>, of producer: String) async throws {
        let readable = selection.versions
        let unwanted = selection.ignored.filter { !subscribed.contains($0) }
        try await database.execute(
            """
            UPDATE parked_events SET attempts = 0, awaits_release = false, due_at = now()
            WHERE producer = \(producer) AND event_id IN (
                SELECT event_id FROM parked_events AS it
                WHERE producer = \(producer) AND awaits_release AND (
                    EXISTS (
                        SELECT FROM unnest(\(readable.map(\.name)), \(readable.map(\.version))) AS readable (type, version)
                        WHERE readable.type = it.type AND it.version <= readable.version
                    ) OR type = ANY(\(unwanted))
                )
                LIMIT \(Self.part)
            )
            """,
            scope: .none
        )
    }

    /// Tells whether so much is due that setting more aside can wait.
    func isFull(of producer: String) async throws -> Bool {
        let limit = 2_000
        let row = try await database.one(
            """
            SELECT count(*) AS total FROM (
                SELECT FROM parked_events WHERE producer = \(producer) AND due_at <= now() LIMIT \(limit)
            ) AS due
            """,
            scope: .none
        )
        let count: Int = try row["total"]
        return count >= limit
    }

    /// The time until the next event is due, negative if it has passed; `nil` if none will be.
    func nextDue(of producer: String) async throws -> Duration? {
        let row = try await database.one(
            """
            SELECT extract(epoch FROM min(due_at) - now())::float8 AS seconds
            FROM parked_events WHERE producer = \(producer) AND due_at IS NOT NULL
            """,
            scope: .none
        )
        let seconds: Double? = try row["seconds"]
        return seconds.map { .seconds($0) }
    }
}

extension MeshEvent {
    /// What its order is kept within; an event of no aggregate has no order.
    var order: String { aggregate ?? id }
}
