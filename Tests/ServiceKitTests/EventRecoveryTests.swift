import Contracts
import Mesh
import Postgres
import TestKit
import Testing

@testable import ServiceKit

/// Events while the database fails, releases differ or a producer is restored.
@Suite("Events during faults and upgrades", .timeLimit(.minutes(10)))
struct EventRecoveryTests {
    @Test("An event whose statement is cancelled waits without a count, holds up its aggregate alone, and is taken in")
    func transient() async throws {
        try await withEventLab { lab in
            lab.handler.stall(["slow"])
            try await lab.run {
                try await lab.emit(Noted(subject: "slow", number: 1), Noted(subject: "slow", number: 2))
                try await until { try await lab.waits() >= 4 ? () : nil }
                let first = try #require(try await lab.parked.all().first)
                #expect(first.attempts == 0 && !first.isGivenUp)
                try await lab.emit(Noted(subject: "good", number: 3))
                try await until { try await lab.taken().map(\.number) == [3] ? () : nil }
                lab.handler.stall([])
                try await until { try await lab.taken().map(\.number) == [3, 1, 2] ? () : nil }
                #expect(try await lab.parked.all().isEmpty)
            }
        }
    }

    @Test("A new release tries again what an earlier one gave up, and the same release does not")
    func redrive() async throws {
        try await withEventLab { lab in
            lab.handler.refuse(["bad"])
            try await lab.run(release: "1") {
                try await lab.emit(Noted(subject: "bad", number: 1), Noted(subject: "bad", number: 2))
                try await until { try await lab.parked.all().first?.attempts ?? 0 > 0 ? () : nil }
                // All but the last of its tries.
                try await lab.consumer.execute(
                    """
                    UPDATE parked_events SET attempts = \(ParkedEvents.maximumAttempts - 1), due_at = now()
                    WHERE attempts > 0
                    """,
                    scope: .none
                )
                try await until { try await lab.parked.all().first?.isGivenUp == true ? () : nil }
            }
            lab.handler.refuse([])
            try await lab.run(release: "1") {
                try await lab.emit(Noted(subject: "good", number: 3))
                try await until { try await lab.taken().map(\.number) == [3] ? () : nil }
                #expect(try await lab.parked.all().map(\.isGivenUp) == [true, false])
            }
            try await lab.run(release: "2") {
                try await until { try await lab.taken().map(\.number) == [3, 1, 2] ? () : nil }
                #expect(try await lab.parked.all().isEmpty)
            }
        }
    }

    @Test("An older replica keeps an event that it doesn't know, behind which its aggregate waits for a newer release")
    func unknownType() async throws {
        try await withEventLab { lab in
            try await lab.run {
                try await lab.emit(
                    Renamed(subject: "one", number: 1),
                    Noted(subject: "one", number: 2),
                    Ignored(subject: "two"),
                    Noted(subject: "two", number: 3)
                )
                try await until { try await lab.taken().map(\.number) == [3] ? () : nil }
                let waiting = try await lab.parked.all()
                #expect(waiting.map(\.type) == [Renamed.type, Noted.type])
                #expect(waiting.map(\.awaitsRelease) == [true, false] && waiting.map(\.attempts) == [0, 0])
                let figure = #"rovierr_events_awaiting_release{producer="producer"} 1"#
                try await until { lab.metrics.text().contains(figure) ? () : nil }
            }
            try await lab.run(release: "2", takesRenamed: true) {
                try await until { try await lab.taken().map(\.number) == [3, 1, 2] ? () : nil }
                #expect(try await lab.parked.all().isEmpty)
            }
            // Back at the older release: what the newer one takes in is still kept.
            try await lab.run {
                try await lab.emit(Renamed(subject: "one", number: 4))
                try await until { try await lab.parked.all().map(\.awaitsRelease) == [true] ? () : nil }
            }
            // So is what both know, once another release takes it in.
            _ = try await ConsumerCursors(database: lab.consumer).subscribe(
                to: [Ignored.type],
                of: "producer",
                release: "3"
            )
            try await lab.run {
                try await lab.emit(Ignored(subject: "three"))
                try await until { try await lab.parked.all().map(\.type) == [Renamed.type, Ignored.type] ? () : nil }
            }
        }
    }

    @Test("An operator skips a type of a release that was rolled back, and what waits behind its events goes on")
    func skippedType() async throws {
        try await withEventLab { lab in
            let cursors = ConsumerCursors(database: lab.consumer)
            _ = try await cursors.subscribe(to: [Renamed.type], of: "producer", release: "2")
            // In several parts; only the first shows that it awaits a release.
            try await lab.park(Renamed(subject: "one", number: 1), at: 1, through: 2 * ParkedEvents.part + 1)
            try await lab.park(Noted(subject: "one", number: 2), at: 2 * ParkedEvents.part + 2)
            try await lab.run(release: "1") {
                try await until { try await lab.parked.all().first?.awaitsRelease == true ? () : nil }
            }
            let command = try #require(EventsCommand(["skip", "producer", Renamed.type]))
            let told = try await command.run(lab.parked)
            #expect(told == "2001 events of type producer.renamed were removed; those behind them go on.")
            #expect(try await cursors.state(of: "producer").subscribed == [Noted.type])
            #expect(try await lab.parked.nextDue(of: "producer") != nil)
            try await lab.run(release: "1") {
                try await until { try await lab.taken().map(\.number) == [2] ? () : nil }
            }
            await #expect(throws: NotSubscribed.self) { try await command.run(lab.parked) }
        }
    }

    @Test("An operator can have the first event of an aggregate retried before it is due, and not one behind it")
    func redriveHead() async throws {
        try await withEventLab { lab in
            func isDue() async throws -> Bool {
                try await lab.parked.nextDue(of: "producer").map { $0 <= .zero } ?? false
            }
            // As an older release may leave them: none is due.
            try await lab.park(Noted(subject: "one", number: 1), at: 2, through: 3)
            let ids = try await lab.parked.all().map(\.id)
            await #expect(throws: NoSuchEvent.self) { try await EventsCommand.redrive(ids[1]).run(lab.parked) }
            #expect(try await !isDue())
            _ = try await EventsCommand.redrive(ids[0]).run(lab.parked)
            #expect(try await isDue())
            try await lab.consumer.execute(
                "UPDATE parked_events SET waits = 3, due_at = now() + interval '1 hour' WHERE position = 2",
                scope: .none
            )
            _ = try await EventsCommand.redrive(ids[0]).run(lab.parked)
            #expect(try await isDue())
        }
    }

    @Test("Skipping a type keeps its events in versions that the release reads")
    func skippedVersion() async throws {
        try await withEventLab { lab in
            try await lab.park(Noted(subject: "one", number: 1), at: 1, through: 3)
            try await lab.consumer.execute(
                "UPDATE parked_events SET version = position, awaits_release = position = 2, due_at = NULL",
                scope: .none
            )
            _ = try await EventsCommand.skip(producer: "producer", type: Noted.type).run(lab.parked)
            #expect(try await lab.parked.all().map(\.position) == [1])
        }
    }

    @Test(
        "A producer that was set back begins a new epoch, and what it emits since is taken in",
        arguments: [0, 2, 4]
    )
    func setBack(new: Int) async throws {
        try await withEventLab { lab in
            for number in 1...5 { try await lab.emit(Noted(subject: "one", number: number)) }
            let before = try await lab.number().epoch
            try await lab.run(publishes: false) {
                try await until { try await lab.taken().count == 5 ? () : nil }
            }
            try await lab.producer.execute("DELETE FROM outbox WHERE position > 3", scope: .none)
            try await lab.producer.execute("UPDATE outbox_state SET position = 3", scope: .none)
            for number in 0..<new { try await lab.emit(Noted(subject: "two", number: number)) }
            try await lab.number()
            try await lab.run(publishes: false) {
                // Its first three once more, and the new ones.
                try await until { try await lab.taken().count == 8 + new ? () : nil }
            }
            #expect(try await lab.taken().filter { $0.subject == "two" }.map(\.number) == Array(0..<new))
            #expect(try await lab.number().epoch != before)
            #expect(lab.metrics.text().contains(#"rovierr_events_restarts_total{producer="producer"} 1"#))
            #expect(lab.lines.all.contains { $0.hasPrefix("error: A producer was set back") })
        }
    }

    @Test(
        "A cursor that starts over knows no event, even where an older release moves it to the same position",
        arguments: [true, false]
    )
    func forgottenEvent(hasNewEpoch: Bool) async throws {
        try await withEventLab { lab in
            for number in 1...3 { try await lab.emit(Noted(subject: "one", number: number)) }
            try await lab.number()
            try await lab.run(publishes: false) {
                try await until { try await lab.taken().count == 3 ? () : nil }
            }
            let cursors = ConsumerCursors(database: lab.consumer)
            let old = try await cursors.state(of: "producer").cursor
            #expect(old.position == 3 && old.eventID != nil)
            if hasNewEpoch {
                try await cursors.reset("producer", epoch: "new")
            } else {
                try await cursors.restart("producer", from: old)
            }
            try await lab.consumer.execute("UPDATE consumer_cursors SET position = 3", scope: .none)
            let new = ConsumerCursor(epoch: hasNewEpoch ? "new" : old.epoch, position: 3)
            #expect(try await cursors.state(of: "producer").cursor == new)
        }
    }

    @Test("Evidence that a producer was set back begins one new epoch in ten minutes, however often it comes")
    func restartsAreLimited() async throws {
        try await withEventLab { lab in
            let dispatcher = Dispatcher(lab: "producer", database: lab.producer)
            var epochs = [try await lab.number().epoch]
            for _ in 0..<2 {
                let evidence = #"{"seen": {"epoch": "\#(epochs.last ?? "")", "position": 9}}"#
                let request = MeshRequest(operation: "events.pull", timeLeft: .seconds(10), body: Array(evidence.utf8))
                #expect(await dispatcher.handle(request).status == 200)
                epochs.append(try await lab.number().epoch)
            }
            #expect(epochs[1] != epochs[0] && epochs[2] == epochs[1])
        }
    }

    @Test("A consumer finds an aggregate whose ticket was lost while it runs")
    func lostTicket() async throws {
        try await withEventLab { lab in
            try await lab.run {
                try await lab.emit(Noted(subject: "first", number: 1))
                try await until { try await lab.taken().count == 1 ? () : nil }
                try await lab.park(Noted(subject: "lost", number: 2), at: 7)
                try await until(.seconds(30)) { try await lab.taken().map(\.number) == [1, 2] ? () : nil }
            }
        }
    }

    @Test("A replaced event that is published shows at once that its producer was set back")
    func replaced() {
        let arrivals = EventArrivals(lag: Metrics().gauge("lag", "Events."))
        let (first, second) = (EventID(), EventID())
        let cursor = ConsumerCursor(epoch: "a", position: 7)
        func event(_ id: EventID) -> EventSignal {
            let event = MeshEvent(id: "\(id)", source: "producer", type: Noted.type, time: "", position: 8, epoch: "a")
            return .event(event, from: "producer")
        }
        arrivals.receive(event(first))
        #expect(arrivals.evidence(at: cursor) == SeenEvent(epoch: "a", position: 7, id: nil))
        arrivals.receive(event(second))
        #expect(arrivals.evidence(at: cursor) == SeenEvent(epoch: "a", position: 8, id: first))
        #expect(arrivals.take(after: cursor) == nil)
        arrivals.note(end: 8, of: "a")
        #expect(arrivals.take(after: cursor)?.events.map(\.id) == ["\(second)"])
    }

    @Test("Events that expired before they were read are told until an operator acknowledges it")
    func missed() async throws {
        try await withEventLab { lab in
            for number in 1...3 { try await lab.emit(Noted(subject: "one", number: number)) }
            try await lab.number()
            try await lab.run(publishes: false) {
                try await until { try await lab.taken().count == 3 ? () : nil }
            }
            for number in 4...6 { try await lab.emit(Noted(subject: "one", number: number)) }
            try await lab.number()
            try await lab.producer.execute("DELETE FROM outbox WHERE position < 6", scope: .none)
            let figure = #"rovierr_events_missed{producer="producer"} 2"#
            try await lab.run(publishes: false) {
                try await until { try await lab.taken().map(\.number) == [1, 2, 3, 6] ? () : nil }
                try await until { lab.metrics.text().contains(figure) ? () : nil }
            }
            let note = "2 events of producer expired before they were read"
            #expect(ConsumerFigures(lab.metrics, producer: "producer").note == note)
            #expect(try await EventsCommand.list.run(lab.parked) == note)
            // Another process tells it again.
            let told = lab.lines.all.count { $0.hasPrefix("error: Events expired") }
            try await lab.run(publishes: false) {
                try await until { lab.lines.all.count { $0.hasPrefix("error: Events expired") } > told ? () : nil }
            }
            _ = try await EventsCommand.acknowledge("producer").run(lab.parked)
            #expect(try await EventsCommand.list.run(lab.parked) == "No event is set aside.")
            await #expect(throws: NothingMissed.self) {
                try await EventsCommand.acknowledge("producer").run(lab.parked)
            }
        }
    }

    @Test("A hundred thousand events behind one that fails hold up nobody, and are taken in as soon as it is")
    func followers() async throws {
        try await withEventLab { lab in
            let count = 100_000
            try await lab.park(Noted(subject: "bad", number: 1), at: 1)
            try await lab.park(Ignored(subject: "bad"), at: 2, through: count)
            try await lab.park(Noted(subject: "bad", number: 2), at: count + 1)
            lab.handler.refuse(["bad"])
            try await lab.run {
                try await until(every: .milliseconds(100)) {
                    try await lab.parked.all().first?.attempts ?? 0 > 1 ? () : nil
                }
                try await lab.emit(Noted(subject: "good", number: 3))
                try await until { try await lab.taken().map(\.number) == [3] ? () : nil }
                let figure = #"rovierr_events_held_aggregates{producer="producer"} 1"#
                try await until { lab.metrics.text().contains(figure) ? () : nil }
                lab.handler.refuse([])
                // The head, which may just have been tried again by itself.
                if let head = try await lab.parked.all().first {
                    _ = try? await EventsCommand.redrive(head.id).run(lab.parked)
                }
                try await until(.seconds(120), every: .milliseconds(100)) {
                    try await lab.taken().map(\.number) == [3, 1, 2] ? () : nil
                }
                #expect(try await lab.parked.all().isEmpty)
            }
        }
    }

    @Test("The figures go on while what was set aside is being taken in")
    func figuresOfLongWork() async throws {
        try await withEventLab { lab in
            // So many that nothing more is read.
            try await lab.park(Noted(subject: "one", number: 1), at: 1)
            try await lab.park(Ignored(subject: "one"), at: 2, through: 2_000)
            try await lab.consumer.execute("UPDATE parked_events SET due_at = now()", scope: .none)
            try await lab.emit(Noted(subject: "two", number: 2))
            lab.handler.hold(["one"])
            try await lab.run {
                func shows(_ figure: String) -> Void? {
                    lab.metrics.text().contains("rovierr_events_\(figure)\n") ? () : nil
                }
                try await until { shows(#"parked{producer="producer"} 2000"#) }
                try await until { shows(#"behind{producer="producer"} 1"#) }
                lab.handler.hold([])
                try await until(.seconds(60)) { try await lab.taken().map(\.number) == [1, 2] ? () : nil }
            }
        }
    }

    @Test("Two replicas take in many events of many aggregates, each once and in its aggregate's order")
    func sideBySide() async throws {
        try await withEventLab { lab in
            let subjects = (0..<40).map { "subject \($0)" }
            try await lab.emit(subjects: subjects, each: 25)
            while try await lab.number().events.count == 500 {}
            lab.handler.refuse(["subject 7"])
            try await lab.run(publishes: false, replicas: 2) {
                try await until(.seconds(60)) { try await lab.taken().count == 39 * 25 ? () : nil }
                lab.handler.refuse([])
                try await until(.seconds(60)) {
                    _ = try await lab.parked.redrive(nil)
                    return try await lab.taken().count == 40 * 25 ? () : nil
                }
            }
            let taken = Dictionary(grouping: try await lab.taken(), by: \.subject)
            for subject in subjects { #expect(taken[subject]?.map(\.number) == Array(0..<25)) }
            #expect(try await lab.parked.all().isEmpty)
        }
    }
}

extension EventLab {
    /// The number of transient faults of the event that has waited most.
    fileprivate func waits() async throws -> Int {
        let row = try await consumer.one("SELECT coalesce(max(waits), 0) AS waits FROM parked_events", scope: .none)
        return try row["waits"]
    }

    /// Sets copies of an event aside at one position or a range of them; only the one at position 1 is due.
    fileprivate func park<Event: ServiceEvent>(_ event: Event, at first: Int, through last: Int? = nil) async throws {
        let stored = MeshEvent(
            id: EventID().description,
            source: "producer",
            type: Event.type,
            time: Timestamp.now().description,
            aggregate: event.aggregate,
            data: event.jsonBytes
        )
        _ = try await consumer.query(
            """
            INSERT INTO parked_events (producer, event_id, event, cause, type, aggregate, position, due_at)
            SELECT 'producer', gen_random_uuid()::text, \(stored.encoded()), 'It waits.', \(Event.type), \
            \(event.aggregate), number, CASE WHEN number = 1 THEN now() END
            FROM generate_series(\(first), \(last ?? first)) AS number
            """,
            scope: .none,
            timeout: .seconds(60)
        )
    }
}
