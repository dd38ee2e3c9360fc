import Contracts
import Mesh
import Postgres

/// How far this service has read a producer's events.
struct ConsumerCursor: Sendable, Equatable {
    var epoch: String
    var position: Int64
    /// The event at the position; `nil` where it is not known.
    var eventID: EventID?
}

/// The state that a service's replicas share about one producer.
struct ConsumerState: Sendable {
    var cursor: ConsumerCursor
    /// The types that some release of this service takes in.
    var subscribed: Set<String>
    /// The number of events that expired unread since an operator last acknowledged such a loss.
    var missed: Int
}

/// Every statement that names the `consumer_cursors` and `consumer_subscriptions` tables.
struct ConsumerCursors: Sendable {
    let database: Database

    func state(of producer: String) async throws -> ConsumerState {
        let row = try await database.one(
            """
            SELECT coalesce(epoch, '') AS epoch, coalesce(position, 0) AS position, \
            CASE WHEN event_position = position THEN event_id END AS event_id, coalesce(missed, 0) AS missed, \
            ARRAY(SELECT type FROM consumer_subscriptions WHERE producer = wanted.name) AS subscribed
            FROM (SELECT \(producer)::text AS name) AS wanted LEFT JOIN consumer_cursors ON producer = wanted.name
            """,
            scope: .none
        )
        let event: String? = try row["event_id"]
        let subscribed: [String] = try row["subscribed"]
        return ConsumerState(
            cursor: ConsumerCursor(
                epoch: try row["epoch"],
                position: try row["position"],
                eventID: event.flatMap(EventID.init)
            ),
            subscribed: Set(subscribed),
            missed: try row["missed"]
        )
    }

    /// Notes which types this release takes in.
    ///
    /// - Returns: Whether another release ran last.
    func subscribe(to types: [String], of producer: String, release: String) async throws -> Bool {
        try await database.execute(
            """
            INSERT INTO consumer_subscriptions (producer, type)
            SELECT \(producer), type FROM unnest(\(types)) AS new (type) ON CONFLICT DO NOTHING
            """,
            scope: .none
        )
        let row = try await database.one(
            """
            SELECT NOT EXISTS (
                SELECT FROM consumer_cursors WHERE producer = \(producer) AND release = \(release)
            ) AS is_other
            """,
            scope: .none
        )
        return try row["is_other"]
    }

    /// Notes which release runs now.
    func note(_ release: String, of producer: String) async throws {
        try await database.execute(
            """
            INSERT INTO consumer_cursors (producer, epoch, position, release) VALUES (\(producer), '', 0, \(release))
            ON CONFLICT (producer) DO UPDATE SET release = excluded.release
            """,
            scope: .none
        )
    }

    /// Assignments that forget the event at the cursor.
    ///
    /// An older release moves the position alone. Once it reaches the same position again, another event is there, and
    /// the producer would seem to have been set back.
    private static let noEvent = "event_position = NULL, event_id = NULL"

    /// Starts over with a producer whose positions did.
    func reset(_ producer: String, epoch: String) async throws {
        try await database.execute(
            """
            INSERT INTO consumer_cursors (producer, epoch, position) VALUES (\(producer), \(epoch), 0)
            ON CONFLICT (producer) DO UPDATE SET epoch = excluded.epoch, position = 0, \(raw: Self.noEvent)
            WHERE consumer_cursors.epoch <> excluded.epoch
            """,
            scope: .none
        )
    }

    /// Starts over with a producer that was set back and goes on in the same epoch, unless another replica has done so.
    func restart(_ producer: String, from cursor: ConsumerCursor) async throws {
        try await database.execute(
            """
            UPDATE consumer_cursors SET position = 0, \(raw: Self.noEvent)
            WHERE producer = \(producer) AND epoch = \(cursor.epoch) AND position = \(cursor.position)
            """,
            scope: .none
        )
    }

    /// Moves from a cursor to an event that is being taken in with all before it; the row stays locked until the
    /// transaction ends.
    ///
    /// - Parameters:
    ///   - producer: Whose events they are.
    ///   - cursor: The position that was read last.
    ///   - last: The last of them.
    ///   - missed: The number of expired events between the cursor and the first of them.
    ///   - transaction: The one that takes them in.
    /// - Returns: `false` when another replica has moved the cursor.
    /// - Throws: `PostgresError`.
    static func advance(
        _ producer: String,
        from cursor: ConsumerCursor,
        to last: MeshEvent,
        missed: Int64,
        in transaction: ServiceTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE consumer_cursors SET position = \(last.position), event_position = \(last.position), \
            event_id = \(last.id), missed = missed + \(missed)
            WHERE producer = \(producer) AND epoch = \(cursor.epoch) AND position = \(cursor.position)
            """
        ) == 1
    }

    // MARK: For the operator

    /// The producers of which events expired before this service read them, and how many did.
    func missed() async throws -> [(producer: String, count: Int)] {
        try await database.query(
            "SELECT producer, missed FROM consumer_cursors WHERE missed > 0 ORDER BY producer",
            scope: .none
        ).map { (producer: try $0["producer"], count: try $0["missed"]) }
    }

    /// Forgets that some release takes in a type, until one that does starts again.
    ///
    /// - Returns: Whether one did.
    func unsubscribe(from type: String, of producer: String) async throws -> Bool {
        try await database.execute(
            "DELETE FROM consumer_subscriptions WHERE producer = \(producer) AND type = \(type)",
            scope: .none
        ) > 0
    }

    /// Ends the alarm about missed events of a producer.
    ///
    /// - Returns: Whether there was one.
    func acknowledge(_ producer: String) async throws -> Bool {
        try await database.execute(
            "UPDATE consumer_cursors SET missed = 0 WHERE producer = \(producer) AND missed > 0",
            scope: .none
        ) > 0
    }
}
