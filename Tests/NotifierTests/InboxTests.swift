import Contracts
import Postgres
import TestKit
import Testing

@testable import Notifier
@testable import NotifierContracts
@testable import ServiceKit

@Suite("Inbox", .timeLimit(.minutes(10)))
struct InboxTests {
    @Test("The newest comes first, and a cursor walks on while more arrive")
    func walking() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id, times: 5)
            let whole = try await notifier.inbox(student).items.map(\.id)
            #expect(whole.count == 5)
            var seen: [NotificationID] = []
            var cursor: PageCursor?
            repeat {
                let request = ListNotifications(page: PageRequest(limit: 2, cursor: cursor))
                let page = try await notifier.inbox(student, request)
                seen += page.items.map(\.id)
                cursor = page.pagination.nextCursor
                try await notifier.tell(student.id)
            } while cursor != nil
            #expect(seen == whole)
            let second = try await notifier.inbox(student, ListNotifications(page: PageRequest(page: 2, limit: 3)))
            #expect(second.pagination.total == 8)
            #expect(second.items.count == 3)
        }
    }

    @Test("A notification is read once, and only by the person it is for")
    func reading() async throws {
        try await withNotifier { notifier in
            let (student, other) = (notifier.user(), notifier.user())
            try await notifier.tell(student.id, times: 2)
            let newest = try #require(try await notifier.inbox(student).items.first)
            let request = ReadNotification(id: newest.id)
            let strangers = [other, notifier.user(student.id, at: UniversityID())]
            for stranger in strangers {
                #expect(try await refusal { try await notifier.call(request, as: stranger) } == .notFound)
                #expect(try await notifier.inbox(stranger).items.isEmpty)
            }
            let read = try await notifier.call(request, as: student)
            #expect(read.readAt != nil)
            #expect(try await notifier.call(request, as: student).readAt == read.readAt)
            #expect(try await notifier.unread(student) == 1)
            #expect(try await notifier.inbox(student, ListNotifications(unread: true)).items.count == 1)
            #expect(try await notifier.inbox(student, ListNotifications(unread: false)).items.map(\.id) == [newest.id])
        }
    }

    @Test("Reading all stops at the newest that was seen")
    func readingAll() async throws {
        try await withNotifier { notifier in
            let (student, other) = (notifier.user(), notifier.user())
            try await notifier.tell(student.id, times: 3)
            try await notifier.tell(other.id)
            let seen = try #require(try await notifier.inbox(student).items.first)
            try await notifier.tell(student.id)
            let upTo = ReadAllNotifications(upTo: seen.id)
            #expect(try await notifier.call(upTo, as: student).count == 1)
            #expect(try await refusal { try await notifier.call(upTo, as: other) } == .notFound)
            #expect(try await notifier.call(ReadAllNotifications(), as: student).count == 0)
            #expect(try await notifier.unread(other) == 1)
        }
    }

    @Test("The service's own role sees and changes only the rows of the tenant that it names")
    func rows() async throws {
        try await withNotifier { notifier in
            try await notifier.tell(UserID())
            let database = notifier.database.database
            for table in ["publications", "notifications", "channels"] {
                for scope in [TenantScope.none, .university(UniversityID())] {
                    #expect(try await database.query("SELECT 1 FROM \(raw: table)", scope: scope).isEmpty)
                    #expect(
                        try await database.execute("UPDATE \(raw: table) SET tenant_id = tenant_id", scope: scope) == 0
                    )
                    #expect(try await database.execute("DELETE FROM \(raw: table)", scope: scope) == 0)
                }
                let own = try await database.query(
                    "SELECT 1 FROM \(raw: table)",
                    scope: .university(notifier.university)
                )
                #expect(own.count == 1)
            }
        }
    }
}
