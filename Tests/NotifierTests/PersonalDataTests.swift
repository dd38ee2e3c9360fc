import AuthContracts
import Contracts
import NotifierContracts
import Postgres
import ServiceKit
import SocietiesContracts
import TestKit
import Testing

@testable import Notifier

@Suite("Personal data in notifier", .timeLimit(.minutes(10)))
struct PersonalDataTests {
    @Test("An export has a person's own notifications, newest first, and says when there are more")
    func export() async throws {
        try await withNotifier { notifier in
            let (student, other) = (notifier.user(), notifier.user())
            try await notifier.tell(student.id, times: 3)
            try await notifier.tell(other.id)
            let data = try await notifier.call(ExportPersonalData(), to: "notifier", as: student)
            let exported = try #require(data.records["notifications"]?.tree.arrayValue)
            let inbox = try await notifier.inbox(student).items
            #expect(exported.map { $0["id"]?.stringValue } == inbox.map { "\($0.id)" })
            #expect(data.truncated == [])
            // Ten more, each of a quarter of the bytes that a list may have.
            try await notifier.execute(
                """
                INSERT INTO notifier.notifications
                    (id, tenant_id, user_id, position, source_event_id, type, title, body, data, created_at)
                SELECT gen_random_uuid(), tenant_id, user_id, position + n, gen_random_uuid(), type, title,
                    repeat('x', 512 * 1024), data, now()
                FROM notifier.notifications, generate_series(1, 10) AS n
                WHERE user_id = \(student.id) AND position = 3
                """
            )
            let large = try await notifier.call(ExportPersonalData(), to: "notifier", as: student)
            #expect(large.truncated == ["notifications"])
            #expect(large.records["notifications"]?.tree.arrayValue?.count == 4)
        }
    }

    @Test("An erased person's inbox and channel are gone, and another's stay")
    func erasure() async throws {
        try await withNotifier(among: [.auth]) { notifier in
            let (student, other) = (notifier.user(), notifier.user())
            for person in [student, other] { try await notifier.tell(person.id, times: 2) }
            for _ in 0..<2 { try await notifier.emit(UserErased(userId: student.id)) }
            try await notifier.deliverEvents()
            #expect(try await notifier.inbox(student).items.isEmpty)
            #expect(try await notifier.inbox(other).items.count == 2)
            let channels = try await notifier.query(
                "SELECT name FROM notifier.channels JOIN notifier.publications ON channel = name GROUP BY name"
            )
            #expect(try channels.map { try $0["name"] as String } == [ChannelStream.personal(other.id)])
        }
    }

    @Test("A notice that arrives after some of its recipients were erased reaches the others alone")
    func lateNotice() async throws {
        try await withNotifier(among: [.auth]) { notifier in
            let (student, newcomer, other) = (notifier.user(), notifier.user(), notifier.user())
            try await notifier.tell(student.id)
            for person in [student, newcomer] { try await notifier.emit(UserErased(userId: person.id)) }
            try await notifier.deliverEvents()
            let event = notifier.submitted(to: [student.id, newcomer.id, other.id])
            try await notifier.take(event)
            try await notifier.tell(student.id)
            for person in [student, newcomer] { #expect(try await notifier.inbox(person).items.isEmpty) }
            #expect(try await notifier.inbox(other).items.count == 1)
            let kept = try await notifier.query("SELECT channel FROM notifier.publications")
            #expect(try kept.map { try $0["channel"] as String } == [ChannelStream.personal(other.id)])
        }
    }
}
