import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Notifier

@Suite("How long the notifier keeps rows", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test("Every table has a period or a reason, which the documentation repeats")
    func declarations() async throws {
        try await withNotifier { notifier in
            let walk = RetentionWalk("notifier", notifierTables, in: notifier.testDatabase)
            let undeclared = try await walk.undeclared()
            #expect(undeclared == [])
            #expect(try walk.undocumented() == [])
        }
    }

    @Test("Rows whose period has ended are removed in batches, and all others stay")
    func removal() async throws {
        try await withNotifier { notifier in
            let walk = RetentionWalk("notifier", notifierTables, in: notifier.testDatabase)
            let faults = try await walk.faults(
                [
                    RetentionSample("publications", "all") { moment in
                        """
                        INSERT INTO notifier.publications (channel, stream_offset, data, created_at)
                        SELECT 'lecture', kept.last + n, '{}', \(moment) FROM generate_series(1, 3) AS n
                        CROSS JOIN (SELECT coalesce(max(stream_offset), 0) AS last FROM notifier.publications) AS kept
                        """
                    },
                    RetentionSample("notifications", "read") { Self.notifications(readAt: $0, createdAt: "now()") },
                    RetentionSample(
                        "notifications",
                        "unread",
                        others: { Self.notifications(readAt: "now()", createdAt: $0) },
                        insert: { Self.notifications(readAt: "NULL", createdAt: $0) }
                    ),
                    RetentionSample(
                        "channels",
                        "unused",
                        others: { moment in
                            """
                            WITH kept AS (
                                INSERT INTO notifier.channels (name, used_at) VALUES ('reading', \(moment))
                                RETURNING name
                            )
                            INSERT INTO notifier.publications (channel, stream_offset, data)
                            SELECT name, 1, '{}' FROM kept
                            """
                        },
                        insert: { moment in
                            """
                            INSERT INTO notifier.channels (name, used_at)
                            SELECT 'user:#' || gen_random_uuid()::text, \(moment) FROM generate_series(1, 3)
                            """
                        }
                    ),
                ],
                setup: ["INSERT INTO notifier.channels (name, used_at) VALUES ('lecture', now() - interval '9 years')"]
            )
            #expect(faults == [])
        }
    }

    @Test("A channel that is used stays, and its use is written once a day")
    func use() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id)
            for isOpened in [true, false] {
                try await notifier.execute("UPDATE notifier.channels SET used_at = now() - interval '2 years'")
                if isOpened { _ = try await notifier.token(student) } else { try await notifier.tell(student.id) }
                let used = try await notifier.use()
                #expect(used.isRecent)
                if isOpened { _ = try await notifier.token(student) } else { try await notifier.tell(student.id) }
                #expect(try await notifier.use().text == used.text)
            }
        }
    }

    private static func notifications(readAt: SQL, createdAt: SQL) -> SQL {
        """
        INSERT INTO notifier.notifications
            (id, tenant_id, user_id, position, source_event_id, type, title, body, data, read_at, created_at)
        SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), 'note', 'Note', '', '{}',
            \(readAt), \(createdAt)
        FROM generate_series(1, 3)
        """
    }
}

extension ServiceLab {
    /// When the only channel was last used.
    fileprivate func use() async throws -> (text: String, isRecent: Bool) {
        try await superuser { database in
            let row = try await database.one(
                "SELECT used_at::text AS used, used_at > now() - interval '1 hour' AS is_recent FROM notifier.channels",
                scope: .none
            )
            return (text: try row["used"], isRecent: try row["is_recent"])
        }
    }
}
