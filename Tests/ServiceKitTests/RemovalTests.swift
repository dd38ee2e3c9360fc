import Contracts
import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite("Rows that have had their time", .timeLimit(.minutes(1)))
struct RemovalTests {
    @Test("However many there are and however long all of them take, they go, and nothing else does")
    func removal() async throws {
        try await withTestDatabase(services: EventLab.services) { test in
            try await withDatabase(test.superuserConfiguration) { superuser in
                for statement: SQL in [
                    """
                    INSERT INTO producer.outbox (event_id, type, aggregate, data, position, created_at)
                    SELECT gen_random_uuid(), 'producer.noted', '1', '{}', n, now() - CASE WHEN n <= 2500 THEN interval '8 days'
                        ELSE interval '6 days' END FROM generate_series(1, 2503) AS n
                    """,
                    """
                    INSERT INTO producer.outbox (event_id, type, aggregate, data, created_at)
                    VALUES (gen_random_uuid(), 'producer.noted', '1', '{}', now() - interval '8 days')
                    """,
                    """
                    INSERT INTO producer.idempotency_records (id, fingerprint, reply, created_at)
                    SELECT int4send(n), '', '', now() - CASE WHEN n <= 2500 THEN interval '25 hours' ELSE interval '23 hours' END
                    FROM generate_series(1, 2502) AS n
                    """,
                    """
                    CREATE FUNCTION producer.linger() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN PERFORM pg_sleep(0.0002); RETURN OLD; END'
                    """,
                    """
                    CREATE TRIGGER linger BEFORE DELETE ON producer.outbox
                    FOR EACH ROW EXECUTE FUNCTION producer.linger()
                    """,
                    """
                    CREATE TRIGGER linger BEFORE DELETE ON producer.idempotency_records
                    FOR EACH ROW EXECUTE FUNCTION producer.linger()
                    """,
                ] { try await superuser.execute(statement, scope: .none) }
            }
            var configuration = test.configuration(for: "producer")
            configuration.queryTimeout = .milliseconds(200)  // less than all need together
            try await withDatabase(configuration) { database in
                try await Outbox(service: "producer", database: database).removeExpired()
                try await IdempotencyRecords(database: database).removeExpired()
                let rows = try await database.query(
                    """
                    SELECT position FROM outbox UNION ALL SELECT 0 FROM idempotency_records ORDER BY position NULLS LAST
                    """,
                    scope: .none
                )
                let positions: [Int64?] = try rows.map { try $0[0] }
                #expect(positions == [0, 0, 2_501, 2_502, 2_503, nil])
            }
        }
    }
}
