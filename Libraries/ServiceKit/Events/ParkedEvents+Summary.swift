import Postgres

/// Figures about the events that are set aside.
extension ParkedEvents {
    /// Counts of one producer's events that are set aside.
    struct Summary: Sendable, Equatable {
        var all: Int
        var heldAggregates: Int
        /// The age of the oldest event that holds up its aggregate.
        var heldSeconds: Int
        var awaitingRelease: Int
        var givenUp: Int
    }

    /// Counts a producer's events that are set aside.
    func summary(of producer: String) async throws -> Summary {
        let row = try await database.one(
            """
            SELECT (SELECT count(*) FROM parked_events WHERE producer = \(producer)) AS total, \
            count(DISTINCT aggregate) AS held, \
            coalesce(extract(epoch FROM now() - min(parked_at)), 0)::bigint AS seconds, \
            count(*) FILTER (WHERE awaits_release) AS awaiting, \
            count(*) FILTER (WHERE attempts > 0 AND due_at IS NULL AND NOT awaits_release) AS given_up
            FROM parked_events WHERE producer = \(producer) AND \(raw: Self.hasFailed)
            """,
            scope: .none
        )
        return Summary(
            all: try row["total"],
            heldAggregates: try row["held"],
            heldSeconds: try row["seconds"],
            awaitingRelease: try row["awaiting"],
            givenUp: try row["given_up"]
        )
    }
}
