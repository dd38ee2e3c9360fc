import Contracts
import Mesh
import TestKit
import Testing

@testable import Postgres
@testable import ServiceKit

/// Whose fault a failure is, and what becomes of events that this release can't take in.
@Suite("Faults of events, and events for others")
struct EventFaultTests {
    @Test(
        "A transient failure does not count against its event",
        arguments: [
            "08000", "08006", "25006", "25P03", "25P04", "40001", "40003", "40P01", "53000", "53100", "53200", "53300",
            "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "58030",
        ]
    )
    func passing(sqlState: String) {
        #expect(EventFault(error(sqlState)) == .passing)
    }

    @Test(
        "A failure of the event's own counts",
        arguments: ["22P02", "23502", "23503", "23505", "23514", "40002", "42501", "42703", "42P01", "P0001", "XX000"]
    )
    func own(sqlState: String) {
        #expect(EventFault(error(sqlState)) == .own)
    }

    @Test("Connections, deadlines and other services pass; what can't be read does not")
    func others() {
        let passing: [any Error] = [
            PostgresError(.connectionFailed, ""), PostgresError(.connectionLost, ""), PostgresError(.timedOut, ""),
            PostgresError(.queueFull, ""), PostgresError(.closed, ""), ServiceError(.serviceUnavailable),
            ServiceError(.deadlineExceeded), ServiceError(.rateLimited), WorkExhausted.deadline,
            MeshError.unavailable(service: "forms", mayHaveExecuted: true), MeshError.overloaded(service: "forms"),
            MeshError.deadlineExceeded(service: "forms", mayHaveExecuted: true), MeshError.closed,
        ]
        for error in passing { #expect(EventFault(error) == .passing, "\(error)") }
        let own: [any Error] = [
            PostgresError.decoding(""), PostgresError.unreadable(""), PostgresError(.transactionAborted, ""),
            ServiceError(.notFound), ServiceError(.conflict), ServiceError(.internalError),
            ValidationError("id", .badFormat, ""), MeshError.tooLarge(service: "forms"), NotedHandler.Refused(),
        ]
        for error in own { #expect(EventFault(error) == .own, "\(error)") }
    }

    @Test("Only what nobody takes in passes; the rest is kept for a release that can read it")
    func selection() {
        let old = EventSelection([NotedHandler()], known: [Noted.self, Ignored.self])
        #expect(outcome(old, Noted.type) == "handle")
        #expect(outcome(old, Noted.type, version: 2) == "it is of version 2, and this release reads 1")
        #expect(outcome(old, Ignored.type) == "pass")
        #expect(outcome(old, Ignored.type, version: 2) == "pass")
        // A newer replica of this service takes it in.
        let ignored = outcome(old, Ignored.type, subscribed: [Ignored.type])
        #expect(ignored == "only a newer release takes in producer.ignored")
        // A newer release of the producer emits it, about something that concerns this service, or something else.
        #expect(outcome(old, Renamed.type) == "this release does not know producer.renamed")
        #expect(outcome(old, "producer.branch.opened") == "pass")
        #expect(outcome(old, "producer.branch.opened", subscribed: ["producer.branch.opened"]) != "pass")
        let new = EventSelection([NotedHandler(), RenamedHandler()], known: [Noted.self, Renamed.self])
        #expect(outcome(new, Renamed.type) == "handle")
    }

    @Test("A service that notifies people takes in every notice, unless its own handler can't read the event")
    func notices() {
        let notifier = EventSelection([NotedHandler()], known: [Noted.self], notices: UndeliveredNotices())
        let notice = Array("{}".utf8)
        #expect(outcome(notifier, "ledger.dues.raised", version: 2, notice: notice) == "handle")
        #expect(outcome(notifier, Renamed.type, notice: notice) == "handle")
        #expect(outcome(notifier, "ledger.dues.raised") == "pass")
        for carried in [[], notice] {
            #expect(outcome(notifier, Noted.type, notice: carried) == "handle")
            let newer = outcome(notifier, Noted.type, version: 2, notice: carried)
            #expect(newer == "it is of version 2, and this release reads 1")
        }
        let other = EventSelection([NotedHandler()], known: [Noted.self])
        #expect(outcome(other, "ledger.dues.raised", notice: notice) == "pass")
    }

    private struct UndeliveredNotices: NoticeHandler {
        func deliver(
            _ notice: Notice,
            of type: String,
            metadata: EventMetadata,
            in transaction: ServiceTransaction
        ) async throws {}
    }

    private func outcome(
        _ selection: EventSelection,
        _ name: String,
        version: Int = 1,
        notice: [UInt8] = [],
        subscribed: Set<String> = []
    ) -> String {
        let event = MeshEvent(id: "1", source: "producer", type: name, version: version, time: "", notice: notice)
        return switch selection.choice(for: event, subscribed: subscribed) {
        case .handle: "handle"
        case .awaitRelease(let cause): cause
        case .pass: "pass"
        }
    }

    private func error(_ sqlState: String) -> PostgresError {
        PostgresError(
            sqlState: sqlState,
            severity: "ERROR",
            message: "",
            constraint: nil,
            schema: nil,
            table: nil,
            column: nil
        )
    }
}
