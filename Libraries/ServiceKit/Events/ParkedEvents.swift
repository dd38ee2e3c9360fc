import Contracts
import Mesh
import Postgres

/// Every statement that names the `parked_events` table: events that could not be taken in, and those of the same
/// aggregates that wait behind them.
struct ParkedEvents: Sendable {
    /// How often an event is tried before it waits for an operator.
    static let maximumAttempts = 8
    /// Doubled with every attempt: some 25 seconds in all.
    private static let firstPause = 0.2

    let database: Database

    /// An event as an operator sees it.
    struct Entry: PostgresRowDecodable {
        let producer: String
        let id: String
        let type: String
        let aggregate: String
        let position: Int64
        let attempts: Int
        let isGivenUp: Bool
        let cause: String
        let parkedAt: Timestamp
        let event: MeshEvent

        init(row: PostgresRow) throws {
            producer = try row["producer"]
            id = try row["event_id"]
            type = try row["type"]
            aggregate = try row["aggregate"]
            position = try row["position"]
            attempts = try row["attempts"]
            isGivenUp = try row["is_given_up"]
            cause = try row["cause"]
            parkedAt = try row["parked_at"]
            let bytes: [UInt8] = try row["event"]
            event = try MeshEvent(decoding: bytes)
        }
    }

    private static let columns = """
        producer, event_id, type, aggregate, position, attempts, attempts > 0 AND retry_at IS NULL AS is_given_up, cause, \
        parked_at, event
        """

    // MARK: For the consumer

    /// Whether an event has to wait behind an earlier one of its aggregate.
    static func isBlocked(_ event: MeshEvent, of producer: String, in sql: some SQLExecutor) async throws -> Bool {
        try await sql.first(
            "SELECT 1 FROM parked_events WHERE producer = \(producer) AND aggregate = \(event.order) LIMIT 1"
        ) != nil
    }

    /// Sets an event aside; without a `cause` it has not failed but waits behind another.
    static func park(
        _ event: MeshEvent,
        of producer: String,
        cause: String?,
        in sql: some SQLExecutor
    ) async throws {
        let attempts = cause == nil ? 0 : 1
        let pause: Double? = cause == nil ? nil : firstPause
        try await sql.execute(
            """
            INSERT INTO parked_events (producer, event_id, event, cause, type, aggregate, position, attempts, retry_at)
            VALUES (\(producer), \(event.id), \(event.encoded()), \
            \(cause ?? "It waits behind an earlier event of its aggregate."), \
            \(event.type), \(event.order), \(event.position), \(attempts), now() + make_interval(secs => \(pause)))
            ON CONFLICT (producer, event_id) DO NOTHING
            """
        )
    }

    /// The next event to be tried: the first of its aggregate, and due.
    ///
    /// No other replica gets it until the transaction ends.
    static func next(of producer: String, in sql: some SQLExecutor) async throws -> Entry? {
        try await sql.first(
            """
            SELECT \(raw: columns) FROM parked_events AS it
            WHERE producer = \(producer) AND (attempts = 0 OR retry_at <= now()) AND NOT EXISTS (
                SELECT 1 FROM parked_events AS other
                WHERE other.producer = it.producer AND other.aggregate = it.aggregate AND other.position < it.position
            )
            ORDER BY position LIMIT 1 FOR UPDATE SKIP LOCKED
            """
        )
    }

    static func remove(_ id: String, of producer: String, in sql: some SQLExecutor) async throws {
        try await sql.execute("DELETE FROM parked_events WHERE producer = \(producer) AND event_id = \(id)")
    }

    /// Notes another failure.
    ///
    /// - Returns: Whether the event waits for an operator now.
    func failed(_ id: String, of producer: String, cause: String) async throws -> Bool {
        let rows = try await database.query(
            """
            UPDATE parked_events SET attempts = attempts + 1, cause = \(cause),
                retry_at = CASE WHEN attempts + 1 < \(Self.maximumAttempts)
                    THEN now() + make_interval(secs => \(Self.firstPause) * power(2, attempts)) END
            WHERE producer = \(producer) AND event_id = \(id)
            RETURNING retry_at IS NULL AS is_given_up
            """,
            scope: .none
        )
        return try rows.first.map { try $0["is_given_up"] } ?? false
    }

    /// How many are set aside, how many of them are tried again by themselves, and how many wait for an operator.
    func count(of producer: String) async throws -> (all: Int, pending: Int, givenUp: Int) {
        let row = try await database.one(
            """
            SELECT count(*) AS total, count(retry_at) AS pending, count(*) FILTER (WHERE attempts > 0 AND retry_at IS NULL) AS given_up
            FROM parked_events WHERE producer = \(producer)
            """,
            scope: .none
        )
        return (try row["total"], try row["pending"], try row["given_up"])
    }

    // MARK: For the operator

    func all() async throws -> [Entry] {
        try await database.scoped(to: .none).all(
            "SELECT \(raw: Self.columns) FROM parked_events ORDER BY producer, position LIMIT 1000"
        )
    }

    func find(_ id: String) async throws -> Entry? {
        try await database.scoped(to: .none).first(
            "SELECT \(raw: Self.columns) FROM parked_events WHERE event_id = \(id)"
        )
    }

    /// Has an event tried again from the first attempt on, or, for `nil`, all that were given up; tells how many.
    func redrive(_ id: String?) async throws -> Int {
        try await database.execute(
            """
            UPDATE parked_events SET attempts = 0, retry_at = NULL
            WHERE attempts > 0 AND CASE WHEN \(id) IS NULL THEN retry_at IS NULL ELSE event_id = \(id) END
            """,
            scope: .none
        )
    }

    /// Removes an event for good; those behind it go on.
    func discard(_ id: String) async throws -> Bool {
        try await database.execute("DELETE FROM parked_events WHERE event_id = \(id)", scope: .none) > 0
    }
}

extension MeshEvent {
    /// What its order is kept within; an event of no aggregate has no order.
    fileprivate var order: String { aggregate ?? id }
}
