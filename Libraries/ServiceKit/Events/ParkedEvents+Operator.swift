import Contracts
import Mesh
import Postgres

/// The operator's view of events that are set aside, and the commands on them.
extension ParkedEvents {
    /// An event as an operator sees it.
    struct Entry: PostgresRowDecodable {
        let producer: String
        let id: String
        let type: String
        let aggregate: String
        let position: Int64
        /// The number of failures by its own fault.
        let attempts: Int
        let isGivenUp: Bool
        let awaitsRelease: Bool
        let cause: String
        let parkedAt: Timestamp
        let event: MeshEvent

        init(row: PostgresRow) throws {
            producer = try row["producer"]
            id = try row["event_id"]
            type = try row["type"]
            aggregate = try row["aggregate"]
            position = try row["position"]
            awaitsRelease = try row["awaits_release"]
            attempts = awaitsRelease ? 0 : try row["attempts"]
            isGivenUp = try row["is_given_up"]
            cause = try row["cause"]
            parkedAt = try row["parked_at"]
            let bytes: [UInt8] = try row["event"]
            event = try MeshEvent(decoding: bytes)
        }
    }

    private static let columns = """
        producer, event_id, type, aggregate, position, attempts, awaits_release, \
        attempts > 0 AND due_at IS NULL AND NOT awaits_release AS is_given_up, cause, parked_at, event
        """

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

    /// Makes events due at once, for a new first attempt.
    ///
    /// - Parameter id: One that has failed or is the first of its aggregate; `nil` for all that were given up.
    /// - Returns: The number of these events.
    /// - Throws: `PostgresError`.
    func redrive(_ id: String?) async throws -> Int {
        let condition: SQL =
            if let id {
                """
                event_id = \(id) AND (\(raw: Self.hasFailed) OR NOT EXISTS (
                    SELECT FROM parked_events AS earlier
                    WHERE earlier.producer = it.producer AND earlier.aggregate = it.aggregate
                    AND earlier.position < it.position
                ))
                """
            } else {
                "\(raw: Self.hasFailed) AND due_at IS NULL AND NOT awaits_release"
            }
        return try await database.execute(
            """
            UPDATE parked_events AS it
            SET attempts = 0, waits = 0, awaits_release = false, retry_at = NULL, due_at = now()
            WHERE \(condition)
            """,
            scope: .none
        )
    }

    /// Removes an event for good; those behind it go on.
    ///
    /// - Returns: Whether it was there.
    func discard(_ id: String) async throws -> Bool {
        guard let entry = try await find(id) else { return false }
        return try await database.transaction(scope: .none) { transaction in
            try await Self.lock([entry.aggregate], of: entry.producer, in: transaction)
            let removed = try await Self.remove([id], of: entry.producer, in: transaction)
            try await Self.passOn([entry.aggregate], of: entry.producer, in: transaction)
            return removed > 0
        }
    }

    /// Removes for good the events of a type that await a release now or in their turn; those behind them go on.
    ///
    /// - Returns: The number of these events.
    /// - Throws: `PostgresError`; the parts before stay removed.
    func skip(_ type: String, of producer: String) async throws -> Int {
        // A release that can't read one version can't read a later one either; it may be taking in earlier ones.
        let row = try await database.one(
            """
            SELECT min(version) AS version FROM parked_events
            WHERE producer = \(producer) AND type = \(type) AND awaits_release
            """,
            scope: .none
        )
        let first: Int? = try row["version"]
        guard let first else { return 0 }
        var skipped = 0
        var isLast = false
        while !isLast {
            let part = try await skipPart(type, from: first, of: producer)
            skipped += part.removed
            isLast = part.found < Self.part
        }
        return skipped
    }

    private func skipPart(
        _ type: String,
        from version: Int,
        of producer: String
    ) async throws -> (found: Int, removed: Int) {
        try await database.transaction(scope: .none) { transaction in
            let rows = try await transaction.query(
                """
                SELECT event_id, aggregate FROM parked_events
                WHERE producer = \(producer) AND type = \(type) AND version >= \(version)
                ORDER BY aggregate, position LIMIT \(Self.part)
                """
            )
            let ids: [String] = try rows.map { try $0["event_id"] }
            let names: [String] = try rows.map { try $0["aggregate"] }
            let aggregates = Array(Set(names))
            try await Self.lock(aggregates, of: producer, in: transaction)
            let removed = try await Self.remove(ids, of: producer, in: transaction)
            try await Self.passOn(aggregates, of: producer, in: transaction)
            return (found: ids.count, removed: removed)
        }
    }
}
