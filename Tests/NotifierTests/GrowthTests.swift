import Contracts
import NotifierContracts
import Postgres
import TestKit
import Testing

@testable import Notifier
@testable import ServiceKit

@Suite("Notifications in great number", .timeLimit(.minutes(10)))
struct GrowthTests {
    @Test("What is done with an inbox reads that inbox, and no other")
    func inbox() async throws {
        try await withNotifier { notifier in
            let user = notifier.user()
            try await notifier.fill(user.id)
            for isDescending in [false, true] {
                for unread in [nil, true, false] {
                    let request = ListNotifications(
                        sort: Sort(.createdAt, descending: isDescending),
                        unread: unread
                    )
                    let listed = try await notifier.measure { transaction in
                        try await NotificationStore(sql: transaction, user: user.id).list(request)
                    }
                    #expect(listed.value.pagination.total == (unread == nil ? 100 : 50))
                    for reading in listed.readings {
                        #expect(reading.scans == 0 && reading.rows <= 100, "\(request): \(reading)")
                    }
                }
            }
            let counted = try await notifier.measure { transaction in
                let inbox = NotificationStore(sql: transaction, user: user.id)
                let count = try await inbox.countUnread().count
                try await inbox.markAllRead(upTo: nil)
                return count
            }
            #expect(counted.value == 50)
            #expect(counted.readings.allSatisfy { $0.scans == 0 && $0.rows <= 200 }, "\(counted.readings)")
        }
    }

    @Test("A delivery reads only what it pushes out of an inbox")
    func delivery() async throws {
        try await withNotifier { notifier in
            let user = notifier.user()
            try await notifier.fill(user.id)
            let content = InboxNotification(
                id: NotificationID(),
                type: "test",
                title: "Title",
                body: "Body",
                data: RawJSON(bytes: Array("{}".utf8)),
                readAt: nil,
                createdAt: .now()
            )
            let delivered = try await notifier.measure { transaction in
                let inboxes = Inboxes(sql: transaction)
                let source = EventID()
                let told = try await inboxes.told(of: source, among: [user.id])
                let new = NewNotification(person: user.id, position: 1_050, notification: content)
                try await inboxes.insert([new], source: source, tenant: notifier.university)
                return told
            }
            #expect(delivered.value.isEmpty)
            // Those at positions up to 50 are beyond the inbox's size now.
            #expect(delivered.readings.allSatisfy { $0.scans == 0 && $0.rows <= 60 }, "\(delivered.readings)")
            let left = try await notifier.inbox(user).pagination.total
            #expect(left == 51)
        }
    }
}

extension ServiceLab {
    /// Fills 200 inboxes with 100 notifications each straight in SQL, every other one read; one is the user's.
    fileprivate func fill(_ user: UserID) async throws {
        try await superuser { database in
            let statements: [SQL] = [
                """
                INSERT INTO notifier.notifications
                    (id, tenant_id, user_id, position, source_event_id, type, title, body, data, read_at, created_at)
                SELECT gen_random_uuid(), \(university),
                    CASE WHEN person = 1 THEN \(user) ELSE md5('person ' || person)::uuid END,
                    number, gen_random_uuid(), 'test', 'Title', 'Body', '{}'::jsonb,
                    CASE WHEN number % 2 = 0 THEN now() END, now()
                FROM generate_series(1, 200) AS person CROSS JOIN generate_series(1, 100) AS number
                """,
                "ANALYZE notifier.notifications",
            ]
            for statement in statements { try await database.execute(statement, scope: .none) }
        }
    }

    /// Runs a store in a transaction, and measures what each statement reads of the notifications' table.
    fileprivate func measure<Value>(
        _ body: (ReadMeter) async throws -> Value
    ) async throws -> (value: Value, readings: [ReadMeter.Reading]) {
        try await database.database.transaction(scope: .university(university)) { transaction in
            let meter = ReadMeter(of: "notifications", in: transaction)
            let value = try await body(meter)
            return (value: value, readings: meter.readings)
        }
    }
}
