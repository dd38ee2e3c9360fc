import Contracts
import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite("Rows that have had their time", .timeLimit(.minutes(10)))
struct RemovalTests {
    @Test("Events and stored replies go in batches, and everything else stays, as the documentation says")
    func ownTables() async throws {
        try await withTestDatabase(services: EventLab.services) { test in
            let walk = RetentionWalk("producer", serviceKitTables, in: test)
            let faults = try await walk.faults([
                RetentionSample(
                    "outbox",
                    "sent",
                    others: { events(at: $0, sent: false) },
                    insert: { events(at: $0, sent: true) }
                ),
                RetentionSample("idempotency_records", "all") { replies(at: $0) },
            ])
            #expect(faults == [])
            #expect(try RetentionWalk.undocumented("every", serviceKitTables) == [])
        }
    }

    @Test("A table that nothing is declared of is found")
    func undeclared() async throws {
        try await withTestDatabase(services: EventLab.services) { test in
            try await withDatabase(test.superuserConfiguration) { superuser in
                #expect(try await RetentionWalk("producer", [], in: test).undeclared() == [])
                try await superuser.execute("CREATE TABLE producer.visits (id bigint)", scope: .none)
                let found = try await RetentionWalk("producer", [], in: test).undeclared()
                #expect(found == ["visits: declare how long its rows are kept, or why they stay"])
                let declared = RetainedTable("visits", kept: "One row.")
                #expect(try await RetentionWalk("producer", [declared], in: test).undeclared() == [])
            }
        }
    }

    @Test("Old rows are removed even if that takes longer than one statement may, since each batch has its own")
    func slowRows() async throws {
        try await withTestDatabase(services: EventLab.services) { test in
            try await withDatabase(test.superuserConfiguration) { superuser in
                for statement: SQL in [
                    events(2_500, at: "now() - interval '8 days'", sent: true),
                    """
                    CREATE FUNCTION producer.linger() RETURNS trigger LANGUAGE plpgsql
                    AS 'BEGIN PERFORM pg_sleep(0.0002); RETURN OLD; END'
                    """,
                    """
                    CREATE TRIGGER linger BEFORE DELETE ON producer.outbox
                    FOR EACH ROW EXECUTE FUNCTION producer.linger()
                    """,
                ] { try await superuser.execute(statement, scope: .none) }
            }
            var configuration = test.configuration(for: "producer")
            configuration.queryTimeout = .milliseconds(200)  // less than all need together
            try await withDatabase(configuration) { database in
                let metrics = Metrics()
                let retention = Retention(of: serviceKitTables, in: database, metrics: metrics, logger: .silent)
                #expect(await retention.round() == 0)
                let left = try await count("outbox", in: database)
                #expect(left == 0)
                #expect(metrics.text().contains(#"rovierr_retention_removed_total{table="outbox"} 2500"#))
            }
        }
    }

    @Test("A round that runs out of time leaves the rest to the next one, which begins with another table")
    func budget() async throws {
        try await withTestDatabase(services: EventLab.services) { test in
            try await withDatabase(test.superuserConfiguration) { superuser in
                for statement in [
                    events(at: "now() - interval '8 days'", sent: true),
                    replies(at: "now() - interval '2 days'"),
                ] { try await superuser.execute(statement, scope: .none) }
            }
            try await withDatabase(test.configuration(for: "producer")) { database in
                let metrics = Metrics()
                var pace = Retention.Pace()
                pace.budget = .zero
                pace.batch = 2
                let retention = Retention(
                    of: serviceKitTables,
                    in: database,
                    pace: pace,
                    metrics: metrics,
                    logger: .silent
                )
                var (place, left) = (0, [[Int]]())
                for _ in 0..<3 {
                    place = await retention.round(from: place)
                    left.append([
                        try await count("idempotency_records", in: database), try await count("outbox", in: database),
                    ])
                    #expect(metrics.text().contains("\nrovierr_retention_unfinished \(left.count < 3 ? 1 : 0)\n"))
                }
                #expect(left == [[1, 3], [1, 1], [0, 0]])
            }
        }
    }

    @Test("A replica leaves a table to the one that is at it")
    func oneAtATime() async throws {
        try await withTestDatabase(services: EventLab.services) { test in
            try await withDatabase(test.superuserConfiguration) { superuser in
                try await superuser.execute(events(at: "now() - interval '8 days'", sent: true), scope: .none)
                try await withDatabase(test.configuration(for: "producer")) { database in
                    let retention = Retention(of: serviceKitTables, in: database, metrics: Metrics(), logger: .silent)
                    try await superuser.transaction(scope: .none) { other in
                        try await other.execute(
                            "SELECT pg_advisory_xact_lock(hashtextextended('retention producer.outbox', 0))"
                        )
                        #expect(await retention.round() == 0)
                        #expect(try await count("outbox", in: database) == 3)
                    }
                    #expect(await retention.round() == 0)
                    #expect(try await count("outbox", in: database) == 0)
                }
            }
        }
    }

    private func count(_ table: String, in database: Database) async throws -> Int {
        try await database.one("SELECT count(*) FROM \(raw: table)", scope: .none)[0]
    }
}

/// Adds events of the producer, behind those that are there.
private func events(_ count: Int = RetentionSample.count, at moment: SQL, sent isSent: Bool) -> SQL {
    """
    INSERT INTO producer.outbox (event_id, type, aggregate, data, position, created_at)
    SELECT gen_random_uuid(), 'producer.noted', '1', '{}', CASE WHEN \(isSent) THEN kept.last + n END, \(moment)
    FROM generate_series(1, \(count)) AS n
    CROSS JOIN (SELECT coalesce(max(position), 0) AS last FROM producer.outbox) AS kept
    """
}

/// Adds stored replies to requests of the producer's clients.
private func replies(at moment: SQL) -> SQL {
    """
    INSERT INTO producer.idempotency_records (id, fingerprint, reply, created_at)
    SELECT uuid_send(gen_random_uuid()), '', '', \(moment) FROM generate_series(1, \(RetentionSample.count))
    """
}
