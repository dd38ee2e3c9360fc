import Contracts
import ServiceKit
import SocietiesContracts
import TestKit
import Testing

@testable import Notifier
@testable import NotifierContracts

/// Walks the contracts with one shared list of calls that succeed.
@Suite("What the contracts of notifier promise", .timeLimit(.minutes(5)))
struct ContractWalkTests {
    @Test("Every POST handles an Idempotency-Key as its contract says")
    func idempotency() async throws {
        try await withNotifier { notifier in
            let walk = RepeatedRequests(of: notifier.walked, calls: notifier.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    @Test("Every write honours conditions, and a refused one changes nothing")
    func preconditions() async throws {
        try await withNotifier { notifier in
            let walk = ConditionalRequests(of: notifier.walked, calls: notifier.calls)
            let faults = try await walk.faults()
            #expect(faults == [])
        }
    }

    // **Feature: rovierr-platform-foundation, Property 18: What notifier is told reads back**
    //
    // Whatever values an event of another service takes within its type, its notice appears in the list and on the
    // person's channel.
    @Test("Property 18: events at the edges of their types become notices that read back")
    func extremes() async throws {
        try await withNotifier { notifier in
            let user = notifier.user()
            var told = 0
            for seed in Seed.batch(100) {
                let id = JSONValue.string("\(user.id)")
                let person = JSONObject([("userId", id)])
                let officer = JSONObject([("officerIds", .array([id]))])
                try await notifier.take(notifier.event(seed, officer) as RegistrationSubmitted)
                try await notifier.take(notifier.event(seed, person) as RegistrationApproved)
                try await notifier.take(notifier.event(seed, person) as RegistrationRejected)
                told += 3
                let page = try await notifier.inbox(user)
                #expect(page.pagination.total == told && page.items.count == min(told, 20), "\(seed)")
                let read = try Page<InboxNotification>.read(body: page.body(trimmedTo: nil))
                #expect(read.items.map(\.id) == page.items.map(\.id), "\(seed)")
            }
            #expect(try await notifier.publications().count == told)
            #expect(try await notifier.walked.unreadableEvents() == [])
        }
    }
}

extension TestNotifier {
    var walked: WalkedService {
        WalkedService(
            notifierAPI,
            handlers: NotifierDaemon.handlers(
                database: database,
                NotifierDaemon.Configuration(tokens: tokens, tokenLifetime: .seconds(900))
            ),
            database: database.database,
            in: testDatabase
        )
    }

    /// An event with values at the edges of its type.
    fileprivate func event<Event: ServiceEvent>(_ seed: Seed, _ fixed: JSONObject) throws -> Event {
        var fixed = fixed
        fixed["universityId"] = .string("\(university)")
        return try #require(try ExtremeValues(of: Event.self).value(seed, fixing: fixed), "\(seed)")
    }

    fileprivate var calls: [SampleCall] {
        @Sendable func told() async throws -> (user: RequestContext.User, notification: InboxNotification) {
            let user = user()
            try await tell(user.id, times: 2)
            return (user, try #require(try await inbox(user).items.first))
        }
        return [
            SampleCall(ReadNotification.self) {
                let (user, notification) = try await told()
                return Sample(ReadNotification(id: notification.id), by: user, tag: notification.etag)
            },
            SampleCall(ReadAllNotifications.self) {
                let (user, notification) = try await told()
                return Sample(ReadAllNotifications(upTo: notification.id), by: user, of: CountUnread())
            },
            SampleCall(IssueRealtimeToken.self) { Sample(IssueRealtimeToken(), by: user()) },
        ]
    }
}
