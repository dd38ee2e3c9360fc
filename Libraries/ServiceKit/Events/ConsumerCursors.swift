import Contracts
import Mesh
import Postgres

/// How far this service has read a producer's events.
struct ConsumerCursor: Sendable, Equatable {
    var epoch: String
    var position: Int64
}

/// Every statement that names the `consumer_cursors` table.
struct ConsumerCursors: Sendable {
    let database: Database

    func cursor(of producer: String) async throws -> ConsumerCursor {
        let rows = try await database.query(
            "SELECT epoch, position FROM consumer_cursors WHERE producer = \(producer)",
            scope: .none
        )
        guard let row = rows.first else { return ConsumerCursor(epoch: "", position: 0) }
        return ConsumerCursor(epoch: try row["epoch"], position: try row["position"])
    }

    /// Starts over with a producer whose positions did.
    func reset(_ producer: String, epoch: String) async throws {
        try await database.execute(
            """
            INSERT INTO consumer_cursors (producer, epoch, position) VALUES (\(producer), \(epoch), 0)
            ON CONFLICT (producer) DO UPDATE SET epoch = excluded.epoch, position = 0
            WHERE consumer_cursors.epoch <> excluded.epoch
            """,
            scope: .none
        )
    }

    /// Notes that an event is being taken in; the row stays locked until the transaction ends.
    ///
    /// - Returns: `false` when it was taken in before, here or by another replica.
    static func advance(
        _ producer: String,
        to event: MeshEvent,
        in transaction: ServiceTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE consumer_cursors SET position = \(event.position)
            WHERE producer = \(producer) AND epoch = \(event.epoch) AND position < \(event.position)
            """
        ) == 1
    }
}
