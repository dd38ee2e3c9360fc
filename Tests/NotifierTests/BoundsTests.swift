import Contracts
import Mesh
import Postgres
import ServiceKit
import SocietiesContracts
import TestKit
import Testing

@testable import Notifier
@testable import NotifierContracts

@Suite("Bounds of inboxes and channels", .timeLimit(.minutes(10)))
struct BoundsTests {
    @Test("An inbox keeps the newest thousand")
    func inbox() async throws {
        try await withNotifier { notifier in
            let (student, other) = (notifier.user(), notifier.user())
            try await notifier.tell(student.id)
            try await notifier.tell(other.id)
            _ = try await notifier.superuser { database in
                try await database.execute(
                    """
                    INSERT INTO notifier.notifications
                        (id, tenant_id, user_id, position, source_event_id, type, title, body, data, created_at)
                    SELECT gen_random_uuid(), tenant_id, user_id, position + n, gen_random_uuid(), type, title, body, data, now()
                    FROM notifier.notifications, generate_series(1, 1100) AS n WHERE user_id = \(student.id)
                    """,
                    scope: .platform
                )
                return try await database.execute(
                    "UPDATE notifier.channels SET top = 1101 WHERE name = \(ChannelStream.personal(student.id))",
                    scope: .platform
                )
            }
            try await notifier.tell(student.id)
            #expect(try await notifier.inbox(student).pagination.total == Int(NotificationStore.inboxSize))
            #expect(try await notifier.inbox(other).pagination.total == 1)
        }
    }

    @Test("An inbox is sorted both ways, and walked by cursor in both")
    func sorting() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id, times: 7)
            var walks: [[NotificationID]] = []
            for isDescending in [true, false] {
                var (seen, cursor): ([NotificationID], PageCursor?) = ([], nil)
                repeat {
                    let request = ListNotifications(
                        page: PageRequest(limit: 3, cursor: cursor),
                        sort: Sort(.createdAt, descending: isDescending)
                    )
                    let page = try await notifier.inbox(student, request)
                    seen += page.items.map(\.id)
                    cursor = page.pagination.nextCursor
                } while cursor != nil
                walks.append(seen)
            }
            #expect(walks[0] == walks[1].reversed())
            #expect(Set(walks[0]).count == 7)
        }
    }

    @Test("A client that missed more bytes than one reply holds is told so")
    func history() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let token = try await notifier.token(student)
            let channel = ChannelStream.personal(student.id)
            let epoch = try #require(try await notifier.connect(token.token).subscriptions.first).epoch
            let reason = Text<1, 1_000>(unchecked: String(repeating: "😀", count: 1_000))
            for _ in 0..<100 {
                let rejected = RegistrationRejected(
                    societyId: ServiceLab.society,
                    societyName: Name(unchecked: String(repeating: "😀", count: 200)),
                    universityId: notifier.university,
                    registrationId: RegistrationID(),
                    userId: student.id,
                    decidedBy: UserID(),
                    reason: reason
                )
                try await notifier.take(rejected)
            }
            func recovered(_ offset: Int64) async throws -> Bool {
                let positions = [channel: StreamPosition(offset: offset, epoch: epoch)]
                return try #require(try await notifier.connect(token.token, positions).subscriptions.first).recovered
            }
            #expect(try await recovered(90))
            #expect(try await recovered(0) == false)
        }
    }

    @Test("A notification is marked read at the revision that was seen")
    func preconditions() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id)
            let notification = try #require(try await notifier.inbox(student).items.first)
            func read(_ etag: String) async throws -> (notification: InboxNotification, tag: String?) {
                let request = ReadNotification(id: notification.id)
                let reply = try await notifier.send(request, as: student, ifMatch: etag)
                try reply.requireSuccess()
                return (try InboxNotification.read(body: reply.body), reply.headers.first(named: "etag"))
            }
            #expect(try await refusal { try await read("\"stale\"") } == .preconditionFailed)
            let first = try await read(notification.etag)
            #expect(first.notification.readAt != nil)
            let tag = try #require(first.tag)
            #expect(tag != notification.etag)
            #expect(try await read(tag).notification == first.notification)
        }
    }
}
