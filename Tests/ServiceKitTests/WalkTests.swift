import Contracts
import HTTPTypes
import Postgres
import TestKit
import Testing

@testable import ServiceKit

/// Keeps a text as a note.
struct KeepText: ServiceOperation {
    static let contract = Contract("lab.keep", .post("/kept"), access: .user, "Keep", success: .created)
    let text: Text<1, 40>
    typealias Reply = KeptText
}

struct GetKeptText: ServiceOperation {
    static let contract = Contract("lab.kept", .get("/kept/{id}"), access: .user, "Show")
    let id: LabNoteID
    typealias Reply = Shown

    /// Narrower than the accepted text.
    struct Shown: ContractObject, OperationReply { let text: Text<1, 20> }
}

struct KeptText: ContractObject, ReplyWithHeaders {
    let id: LabNoteID
    var headers: [(String, String)] { [("location", Route.path(of: "/kept/\(id)"))] }
}

private struct KeepTextHandler: OperationHandler {
    let database: ServiceDatabase
    func handle(_ request: KeepText, context: RequestContext) async throws -> KeptText {
        try await database.transaction(context, scope: TenantScope.none) { transaction in
            let id = LabNoteID()
            try await transaction.execute("INSERT INTO notes (id, text) VALUES (\(id), \(request.text.text))")
            return KeptText(id: id)
        }
    }
}

private struct GetKeptTextHandler: OperationHandler {
    let database: ServiceDatabase
    func handle(_ request: GetKeptText, context: RequestContext) async throws -> GetKeptText.Shown {
        let text: String = try await database.scoped(to: TenantScope.none)
            .one("SELECT text FROM notes WHERE id = \(request.id)")["text"]
        return GetKeptText.Shown(text: Text(unchecked: text))
    }
}

@Suite("Walks over a service's contracts")
struct WalkTests {
    private func replacing(_ lab: OperationLab, checks: Bool) async throws -> [SampleCall] {
        let user = try await lab.user()
        let note = { @Sendable () async throws -> LabNoteID in
            let id = LabNoteID()
            try await lab.database.execute("INSERT INTO notes (id, text) VALUES (\(id), 'x')", scope: .none)
            return id
        }
        return [
            SampleCall(ReplaceNote.self) {
                Sample(ReplaceNote(id: try await note(), text: "t", checks: checks), by: user, tag: "\"1\"")
            },
            SampleCall(AddNote.self) { Sample(AddNote(text: "a"), by: user) },
            SampleCall(GiveUp.self) { Sample(GiveUp(), by: user) },
            SampleCall(MarkNote.self) { Sample(MarkNote(id: try await note()), by: user) },
            SampleCall(IssueSecret.self) { Sample(IssueSecret(), by: user) },
            SampleCall(Sign.self) { Sample(Sign(text: "s"), by: nil) },
        ]
    }

    @Test("A write that keeps conditions passes, and one that doesn't look at them is found")
    func conditions() async throws {
        try await withOperationLab { lab in
            let right = ConditionalRequests(of: lab.walked(), calls: try await replacing(lab, checks: true))
            #expect(try await right.faults() == [])
            let careless = ConditionalRequests(of: lab.walked(), calls: try await replacing(lab, checks: false))
            let faults = try await careless.faults()
            #expect(faults.contains { $0.hasPrefix("lab.replace: if-none-match: * is answered 200") })
            #expect(faults.contains("lab.replace: if-none-match: * changes [\"notes\"]"))
            let partial = ConditionalRequests(of: lab.walked(), calls: [])
            #expect(try await partial.faults().contains("lab.replace: no call is given"))
        }
    }

    @Test("What is accepted and doesn't read back is found")
    func extremes() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let database = ServiceDatabase(lab.database)
            let handlers: [any OperationHandler] = [
                KeepTextHandler(database: database), GetKeptTextHandler(database: database),
            ]
            let walk = ExtremeRequests(
                of: lab.walked(handlers),
                calls: [SampleCall(KeepText.self) { Sample(KeepText(text: Text(unchecked: "short")), by: user) }]
            )
            let faults = try await walk.faults((0..<40).map { Seed($0) })
            #expect(faults.contains { $0.contains("GET /api/v1/kept/") && $0.contains("does not read") })
        }
    }
}
