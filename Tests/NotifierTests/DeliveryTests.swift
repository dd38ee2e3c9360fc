import Contracts
import Foundation
import Mesh
import NotifierContracts
import Postgres
import SocietiesContracts
import Synchronization
import Testing
import TestKit

@testable import Notifier
@testable import ServiceKit

@Suite("Delivery", .timeLimit(.minutes(10)))
struct DeliveryTests {
    @Test("An approval reaches the applicant's inbox and live channel with the same words")
    func approval() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let event = notifier.approved(student.id)
            try await notifier.hear(event)
            let notification = try #require(try await notifier.inbox(student).items.first)
            #expect(notification.type == "society.registration.approved")
            #expect(notification.title == "Welcome to Chess Society")
            let data = try JSONParser.parse(notification.data.bytes)
            #expect(data["societyId"] == .string("\(event.societyId)"))
            #expect(data["registrationId"] == .string("\(event.registrationId)"))

            let published = try #require(try await notifier.publications().first)
            #expect(published.channel == "user:#\(student.id)")
            #expect(published.offset == 1)
            let pushed = try JSONParser.parse(published.data.bytes)
            #expect(pushed["type"] == "notification")
            let content = try #require(pushed["notification"]?.objectValue)
            #expect(Set(content.names) == ["id", "type", "title", "body", "data", "createdAt"])
            #expect(content["id"] == .string("\(notification.id)"))
            #expect(content["title"] == .string(notification.title))
            #expect(content["createdAt"] == .string("\(notification.createdAt)"))
        }
    }

    @Test("An event that comes again is told once")
    func redelivery() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let event = notifier.approved(student.id)
            let id = EventID()
            for _ in 0..<3 { try await notifier.take(event, id: id) }
            #expect(try await notifier.inbox(student).pagination.total == 1)
            #expect(try await notifier.publications().count == 1)
        }
    }

    @Test("An event of the release before, which carries no notice, is told in the same words, and not twice")
    func bareFact() async throws {
        try await withNotifier { notifier in
            let (old, new) = (notifier.user(), notifier.user())
            let id = EventID()
            for withNotice in [false, true, false] {
                try await notifier.take(notifier.approved(old.id), id: id, withNotice: withNotice)
            }
            try await notifier.take(notifier.approved(new.id))
            let (told, retold) = (try await notifier.inbox(old).items, try await notifier.inbox(new).items)
            #expect(told.map(\.title) == retold.map(\.title) && told.map(\.body) == retold.map(\.body))
            #expect(told.map(\.type) == ["society.registration.approved"])
            #expect(try await notifier.publications().count == 2)
        }
    }

    @Test("A transaction that fails leaves neither inbox entry nor publication nor a gap")
    func rollback() async throws {
        struct Crash: Error {}
        try await withNotifier { notifier in
            let student = notifier.user()
            try await notifier.tell(student.id)
            await #expect(throws: Crash.self) {
                try await notifier.database.transaction(.system("societies", logger: .silent), scope: .platform) {
                    transaction in
                    try await notifier.take(notifier.approved(student.id), in: transaction)
                    throw Crash()
                }
            }
            #expect(try await notifier.unread(student) == 1)
            try await notifier.tell(student.id)
            #expect(try await notifier.publications().map(\.offset) == [1, 2])
        }
    }

    @Test("Every officer hears of a registration, but nobody of their own acts")
    func officers() async throws {
        try await withNotifier { notifier in
            let (president, officer, student) = (notifier.user(), notifier.user(), notifier.user())
            let event = notifier.submitted(by: student.id, to: [president.id, officer.id, student.id])
            try await notifier.hear(event)
            for person in [president, officer] {
                #expect(try await notifier.inbox(person).items.map(\.type) == ["society.registration.submitted"])
            }
            #expect(try await notifier.unread(student) == 0)
            try await notifier.hear(notifier.approved(student.id, by: student.id))
            #expect(try await notifier.unread(student) == 0)
        }
    }

    @Test("An event takes as many statements for fifty people as for two, and notifies each once")
    func manyRecipients() async throws {
        try await withNotifier { notifier in
            let statements = Mutex(0)
            var configuration = notifier.testDatabase.configuration(for: "notifier")
            configuration.observer = { _ in statements.withLock { $0 += 1 } }
            try await withDatabase(configuration) { database in
                let counted = ServiceDatabase(database)
                func count(_ people: [UserID]) async throws -> Int {
                    let before = statements.withLock(\.self)
                    let event = notifier.submitted(to: people)
                    let id = EventID()
                    try await notifier.take(event, id: id, in: counted)
                    let taken = statements.withLock(\.self) - before
                    try await notifier.take(event, id: id, in: counted)
                    return taken
                }
                let people = (0..<50).map { _ in notifier.user() }
                let few = try await count(people.prefix(2).map(\.id))
                #expect(few > 0)
                #expect(try await count(people.map(\.id)) == few)
                for (index, person) in people.enumerated() {
                    #expect(try await notifier.unread(person) == (index < 2 ? 2 : 1))
                }
                let published = try await notifier.publications()
                #expect(published.count == 52)
                #expect(
                    published.map(\.channel) == published.prefix(2).map(\.channel).sorted()
                        + published.dropFirst(2).map(\.channel).sorted()
                )
            }
        }
    }

    @Test("A rejection carries the society's reason")
    func rejection() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let event = RegistrationRejected(
                societyId: ServiceLab.society,
                societyName: Name(unchecked: "Chess Society"),
                universityId: notifier.university,
                registrationId: RegistrationID(),
                userId: student.id,
                decidedBy: UserID(),
                reason: Text(unchecked: "No more beginners this term.")
            )
            try await notifier.hear(event)
            let notification = try #require(try await notifier.inbox(student).items.first)
            #expect(notification.type == "society.registration.rejected")
            #expect(notification.body.contains("No more beginners this term."))
        }
    }

    @Test("Publications at once get offsets without gaps, told of in their order")
    func concurrentPublications() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            try await withThrowingTaskGroup { group in
                for _ in 0..<40 { group.addTask { try await notifier.tell(student.id) } }
                try await group.waitForAll()
            }
            let publications = try await notifier.publications()
            #expect(publications.map(\.offset) == Array(1...40))
            #expect(Set(publications.map(\.epoch)).count == 1)
            #expect(try await notifier.unread(student) == 40)
        }
    }

    @Test("Two replicas that follow the same events tell everyone once")
    func replicas() async throws {
        try await withNotifier { notifier in
            let student = notifier.user()
            let producer = Producer((0..<50).map { _ in notifier.approved(student.id) }, at: notifier.university)
            try await withThrowingTaskGroup { group in
                for _ in 0..<2 {
                    let figures = ConsumerFigures(Metrics(), producer: "societies")
                    let consumer = EventConsumer(
                        producer: "societies",
                        release: "1",
                        selection: EventSelection([], notices: Delivery()),
                        cursors: ConsumerCursors(database: notifier.database.database),
                        parked: ParkedEvents(database: notifier.database.database),
                        database: notifier.database,
                        client: producer,
                        arrivals: EventArrivals(lag: figures.lag),
                        figures: figures,
                        tracer: nil,
                        logger: .silent
                    )
                    group.addTask { try await consumer.run() }
                }
                // A replica that asks for what follows the last event has taken it in or set it aside.
                for await _ in producer.caughtUp { break }
                try await until { try await notifier.hasEventsAside ? nil : () }
                group.cancelAll()
                try await group.waitForAll()
            }
            #expect(try await notifier.unread(student) == 50)
            #expect(try await notifier.publications().map(\.offset) == Array(1...50))
        }
    }
}

/// A service that has emitted some events, as those who pull them see it.
private final class Producer: ServiceTransport {
    let caughtUp: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let events: [MeshEvent]

    init(_ events: [some ServiceEvent], at university: UniversityID) {
        (caughtUp, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.events = events.enumerated().map { index, event in
            MeshEvent(event, tenant: university, position: Int64(index + 1))
        }
    }

    func call(_ request: MeshRequest, to service: String) async throws -> MeshReply {
        let after = try JSONParser.parse(request.body)["after"]?.intValue ?? 0
        if after == events.count { signal.yield() }
        // A few at a time, so that the replicas meet.
        let batch = Array(events.dropFirst(after).prefix(7))
        let answer = EventBatch(epoch: "first", lastPosition: Int64(events.count), events: batch)
        return MeshReply(contentType: "application/protobuf", body: answer.encoded())
    }
}
