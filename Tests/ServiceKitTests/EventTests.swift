import Contracts
import Foundation
import Mesh
import Postgres
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("Events from one service to another", .timeLimit(.minutes(10)))
struct EventTests {
    @Test("Positions follow the order of commits, not that in which rows were written")
    func commitOrder() async throws {
        try await withEventLab { lab in
            try await lab.producer.transaction(scope: .none) { slow in
                // Written first, and so with the smaller id, but committed last.
                try await slow.execute(
                    Outbox.insert(
                        Noted(subject: "slow", number: 1),
                        tenant: nil,
                        context: .system("producer", logger: .silent)
                    )
                )
                try await lab.emit(Noted(subject: "quick", number: 2))
                let batch = try await lab.number()
                #expect(batch.events.map(\.aggregate) == ["quick"] && batch.events.map(\.position) == [1])
            }
            let batch = try await lab.number()
            #expect(batch.events.map(\.aggregate) == ["slow"] && batch.events.map(\.position) == [2])
        }
    }

    @Test("Many writers and two relays at once: positions have no hole and each row one", arguments: Seed.batch(10))
    func concurrentRelays(seed: Seed) async throws {
        try await withEventLab { lab in
            var random = seed.generator
            let counts = (0..<8).map { _ in Int.random(in: 1...12, using: &random) }
            try await withThrowingTaskGroup { group in
                for (writer, count) in counts.enumerated() {
                    group.addTask { for n in 0..<count { try await lab.emit(Noted(subject: "\(writer)", number: n)) } }
                }
                for _ in 0..<2 { group.addTask { for _ in 0..<20 { try await lab.number() } } }
                try await group.waitForAll()
            }
            try await lab.number()
            let batch = try await Outbox(service: "producer", database: lab.producer).events(after: 0, limit: 500)
            #expect(batch.events.map(\.position) == (1...Int64(counts.reduce(0, +))).map { $0 })
            for writer in counts.indices {
                let numbers = try batch.events.filter { $0.aggregate == "\(writer)" }
                    .map { try Noted(jsonBytes: $0.data).number }
                #expect(numbers == Array(0..<counts[writer]))
            }
        }
    }

    @Test("Events arrive by publish/subscribe, in order, each once")
    func delivery() async throws {
        try await withEventLab { lab in
            try await lab.run {
                for number in 0..<50 { try await lab.emit(Noted(subject: "one", number: number)) }
                try await until { try await lab.taken().count >= 50 ? () : nil }
            }
            #expect(try await lab.taken().map(\.number) == Array(0..<50))
        }
    }

    @Test("A pull of large events ends at their bytes, passes over one that can't be read, and goes on at once")
    func largeEvents() async throws {
        try await withEventLab { lab in
            for number in 0..<9 { try await lab.emit(Noted(subject: "\(number)", number: number)) }
            try await lab.number()
            try await lab.producer.execute(
                """
                UPDATE outbox SET data = data || jsonb_build_object('padding', repeat('x', 1500000)),
                    created_at = CASE WHEN position = 2 THEN '20000-01-01' ELSE created_at END
                """,
                scope: .none
            )
            let outbox = Outbox(service: "producer", database: lab.producer)
            var (position, pulls): (Int64, [Int]) = (0, [])
            while position < 9 {
                let batch = try await outbox.events(after: position, limit: 1_000)
                #expect(batch.lastPosition == 9 && !batch.events.isEmpty)
                position = batch.events.last?.position ?? 9
                pulls.append(batch.events.count)
            }
            #expect(pulls.reduce(0, +) == 8 && pulls.allSatisfy { $0 <= 3 })
            try await lab.run(publishes: false) {
                try await until { try await lab.taken().count == 8 ? () : nil }
            }
            #expect(try await lab.taken().map(\.number) == [0, 2, 3, 4, 5, 6, 7, 8])
        }
    }

    @Test("What was never published, or before the consumer was there, is pulled")
    func gap() async throws {
        try await withEventLab { lab in
            for number in 0..<450 { try await lab.emit(Noted(subject: "one", number: number)) }
            try await lab.number()
            // More than a batch: the end of one leads to the next.
            try await lab.run(publishes: false) { try await until { try await lab.taken().count >= 450 ? () : nil } }
            #expect(try await lab.taken().map(\.number) == Array(0..<450))
            try await lab.emit(Noted(subject: "one", number: 450))
            try await lab.number()  // so nobody publishes it
            try await lab.run {
                try await lab.emit(Noted(subject: "one", number: 451))
                try await until { try await lab.taken().count >= 452 ? () : nil }
            }
            #expect(try await lab.taken().map(\.number) == Array(0..<452))
        }
    }

    @Test(
        "A producer that cannot be asked makes its consumer tell once, show how far it is behind, and tell when that is over"
    )
    func outage() async throws {
        try await withEventLab { lab in
            for number in 0..<3 { try await lab.emit(Noted(subject: "one", number: number)) }
            try await lab.number()  // so nobody publishes them
            lab.isOut.store(true, ordering: .relaxed)
            try await lab.run {
                func isBehind(_ count: Int) -> Void? {
                    lab.metrics.text().contains("rovierr_events_behind{producer=\"producer\"} \(count)\n") ? () : nil
                }
                try await until { isBehind(3) }
                try await until { lab.lines.all.isEmpty ? nil : () }
                try await lab.emit(Noted(subject: "one", number: 3))
                try await until { isBehind(4) }
                #expect(lab.lines.all == ["warning: Events wait"])
                #expect(try await lab.taken().isEmpty)
                lab.isOut.store(false, ordering: .relaxed)
                try await until { try await lab.taken().count == 4 ? () : nil }
                try await until { isBehind(0) }
                try await until { lab.lines.all.count > 1 ? () : nil }
                #expect(lab.lines.all == ["warning: Events wait", "notice: Events come in again"])
            }
        }
    }

    @Test("A poison message is given up after some tries, holds up its aggregate alone, and is redriven in order")
    func poison() async throws {
        try await withEventLab { lab in
            lab.handler.refuse(["bad"])
            try await lab.run {
                try await lab.emit(
                    Noted(subject: "bad", number: 1),
                    Noted(subject: "good", number: 1),
                    Noted(subject: "bad", number: 2),
                    Noted(subject: "good", number: 2)
                )
                // The others go on long before the bad one is given up.
                try await until(.seconds(20)) { try await lab.taken().map(\.number) == [1, 2] ? () : nil }
                let waiting = try await lab.parked.all()
                #expect(waiting.map(\.aggregate) == ["bad", "bad"] && waiting.map(\.isGivenUp) == [false, false])

                try await until(.seconds(90)) { try await lab.parked.all().first?.isGivenUp == true ? () : nil }
                let givenUp = try await lab.parked.all()
                #expect(givenUp.map(\.attempts) == [ParkedEvents.maximumAttempts, 0])
                #expect(givenUp[0].cause == "the subject is refused")
                let figure = #"rovierr_events_given_up{producer="producer"} 1"#
                try await until { lab.metrics.text().contains(figure) ? () : nil }
                #expect(lab.metrics.text().contains(#"rovierr_events_parked{producer="producer"} 2"#))

                // What comes later of that aggregate waits as well; nothing is taken in out of order.
                try await lab.emit(Noted(subject: "bad", number: 3), Noted(subject: "good", number: 3))
                try await until { try await lab.taken().count == 3 ? () : nil }
                #expect(try await lab.parked.all().count == 3)

                lab.handler.refuse([])
                _ = try await EventsCommand.redrive(givenUp[0].id).run(lab.parked)
                try await until { try await lab.parked.all().isEmpty ? () : nil }
                #expect(try await lab.taken().filter { $0.subject == "bad" }.map(\.number) == [1, 2, 3])
                try await lab.emit(Noted(subject: "bad", number: 4))
                try await until { try await lab.taken().count == 7 ? () : nil }
            }
        }
    }

    @Test("A poison message that is discarded lets those behind it go on; one that is shown is a CloudEvent")
    func discard() async throws {
        try await withEventLab { lab in
            try await lab.emit(Noted(subject: "bad", number: 1), Noted(subject: "bad", number: 2))
            // As a newer producer would write it: with a member that nobody here knows.
            try await lab.producer.execute(
                "UPDATE outbox SET data = data || '{\"colour\": \"green\"}'::jsonb, traceparent = \(trace)",
                scope: .none
            )
            try await lab.number()
            lab.handler.refuse(["bad"])
            try await lab.run(publishes: false) {
                let first = try await until { try await lab.parked.all().first }
                let text = try await EventsCommand.show(first.id).run(lab.parked)
                let event = try JSONParser.parse(Array(text.utf8))
                #expect(event["specversion"] == "1.0" && event["source"] == "producer" && event["subject"] == "bad")
                #expect(event["type"] == "producer.noted" && event["datacontenttype"] == "application/json")
                #expect(event["id"]?.stringValue.flatMap(EventID.init) != nil)
                #expect(event["time"]?.stringValue.flatMap(Timestamp.init) != nil)
                #expect(event["traceparent"] == .string(trace))
                #expect(event["version"] == 1 && event["actor"] == "producer")
                #expect(event["data"]?["colour"] == "green")
                #expect(try await EventsCommand.list.run(lab.parked).contains(first.id))

                _ = try await EventsCommand.discard(first.id).run(lab.parked)
                lab.handler.refuse([])  // only now, or the discarded event might be taken before
                try await until { try await lab.taken().map(\.number) == [2] ? () : nil }
            }
            await #expect(throws: NoSuchEvent.self) { try await EventsCommand.show("none").run(lab.parked) }
            #expect(try await EventsCommand.list.run(lab.parked) == "No event is set aside.")
        }
    }

    @Test("An event of a version that is not known here is set aside; it tells on whose behalf it happened")
    func unknownVersion() async throws {
        try await withEventLab { lab in
            let user = RequestContext.User(id: UserID(), tenant: nil, session: nil, role: "student", permissions: [])
            let context = RequestContext(requestID: "1", caller: "gateway", user: user, logger: .silent)
            try await ServiceDatabase(lab.producer).transaction(context, scope: TenantScope.none) {
                try await $0.emit(Noted(subject: "new", number: 1), tenant: nil)
            }
            try await lab.producer.execute("UPDATE outbox SET version = 2", scope: .none)
            try await lab.emit(Noted(subject: "old", number: 2))
            try await lab.run {
                try await until { try await lab.taken().map(\.number) == [2] ? () : nil }
                let entry = try #require(try await lab.parked.all().first)
                #expect(entry.event.version == 2 && entry.event.actor == user.id.description)
                #expect(entry.cause == "it is of version 2, and this release reads 1")
                _ = try await EventsCommand.discard(entry.id).run(lab.parked)
            }
        }
    }

    private let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
}
