import Contracts
import Mesh
import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite("Repeated requests")
struct IdempotencyTests {
    private func calls(_ lab: OperationLab) -> [SampleCall] {
        let officer = UserID()
        let user = RequestContext.User(
            id: officer,
            tenant: nil,
            session: SessionID(),
            role: "student",
            permissions: ["lab:write"]
        )
        @Sendable func appoint() async throws {
            try await lab.database.execute(
                "INSERT INTO officers VALUES (\(officer)) ON CONFLICT DO NOTHING",
                scope: .none
            )
        }
        @Sendable func dismiss() async throws {
            try await lab.database.execute("DELETE FROM officers WHERE id = \(officer)", scope: .none)
        }
        return [
            SampleCall(AddNote.self, revoke: dismiss) {
                try await appoint()
                return Sample(AddNote(text: "a"), by: user)
            },
            SampleCall(GiveUp.self, revoke: dismiss) {
                try await appoint()
                return Sample(GiveUp(), by: user)
            },
            SampleCall(MarkNote.self) {
                let id = LabNoteID()
                try await lab.database.execute("INSERT INTO notes (id, text) VALUES (\(id), 'x')", scope: .none)
                return Sample(MarkNote(id: id), by: user)
            },
            SampleCall(IssueSecret.self) { Sample(IssueSecret(), by: user) },
            SampleCall(Sign.self) { Sample(Sign(text: "s"), by: nil) },
        ]
    }

    @Test("Every operation does with a key what its contract says")
    func contracts() async throws {
        try await withOperationLab { lab in
            let walk = RepeatedRequests(of: lab.walked(), calls: calls(lab))
            let faults = try await walk.faults()
            #expect(faults.isEmpty)
        }
    }

    @Test("The walk finds operations that break their contract, and those that it isn't told how to call")
    func findsFaults() async throws {
        try await withOperationLab { lab in
            let careless = LabHandlers.Write<Careless>(database: ServiceDatabase(lab.database), usesTransaction: false)
            let user = try await lab.user()
            let walk = RepeatedRequests(
                of: lab.walked([careless] + lab.handlers),
                calls: [SampleCall(Careless.self) { Sample(Careless(text: "c"), by: user) }]
            )
            let faults = try await walk.faults()
            #expect(faults.contains { $0.hasPrefix("lab.careless: ") && $0.contains("A handler changed something") })
            #expect(faults.contains("lab.add: no call is given"))
        }
    }

    @Test("A repeated request gets the first answer and has one effect, also of many at once")
    func replay() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let replies = await withTaskGroup(of: MeshReply.self) { group in
                for _ in 0..<8 { group.addTask { await lab.send(AddNote(text: "once"), as: user, key: "k") } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.allSatisfy { $0.status == 201 || $0.failure?.code == "IDEMPOTENCY_IN_PROGRESS" })
            let later = await lab.send(AddNote(text: "once"), as: user, key: "k")
            #expect(replies.filter { $0.status == 201 }.allSatisfy { $0.body == later.body })
            #expect(try await lab.noteCount() == 1)
            #expect(later.headers.map(\.name).contains("etag"))
        }
    }

    @Test("An officer who was removed is shown no stored reply, and gets it again with the office")
    func accessFirst() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let first = await lab.send(AddNote(text: "secret"), as: user, key: "k")
            #expect(first.status == 201)
            try await lab.database.execute("DELETE FROM officers", scope: .none)
            let late = await lab.send(AddNote(text: "secret"), as: user, key: "k")
            #expect(late.status == 403 && late.body.isEmpty)
            try await lab.database.execute("INSERT INTO officers VALUES (\(user.id))", scope: .none)
            #expect(await lab.send(AddNote(text: "secret"), as: user, key: "k").body == first.body)
            #expect(try await lab.noteCount() == 1)
        }
    }

    @Test("Large replies are stored up to a daily quota per person, beyond which requests with a key have no effect")
    func room() async throws {
        try await withOperationLab { lab in
            let (user, other) = (try await lab.user(), try await lab.user())
            let large = String(repeating: "x", count: 8_192)
            let first = await lab.send(AddNote(text: large), as: user, key: "first")
            #expect(first.status == 201)
            try await lab.database.execute(
                """
                INSERT INTO idempotency_records (id, fingerprint, reply, holder)
                SELECT int4send(n), '', convert_to(repeat('x', 1 << 20), 'UTF8'), holder
                FROM idempotency_records, generate_series(1, 16) AS n WHERE holder IS NOT NULL
                """,
                scope: .none
            )
            let refused = await lab.send(AddNote(text: large), as: user, key: "second")
            #expect(refused.status == 429 && refused.failure?.code == "RATE_LIMITED")
            let wait = try #require(refused.failure?.retryAfter)
            #expect(wait > .seconds(86_000) && wait <= .seconds(86_400))
            #expect(try await lab.noteCount() == 1)
            // Stored replies are replayed; small replies, requests without a key and other users are unaffected.
            #expect(await lab.send(AddNote(text: large), as: user, key: "first").body == first.body)
            #expect(await lab.send(AddNote(text: "small"), as: user, key: "third").status == 201)
            #expect(await lab.send(AddNote(text: large), as: user).status == 201)
            #expect(await lab.send(AddNote(text: large), as: other, key: "second").status == 201)
            try await lab.database.execute(
                "UPDATE idempotency_records SET created_at = now() - interval '25 hours'",
                scope: .none
            )
            #expect(await lab.send(AddNote(text: large), as: user, key: "second").status == 201)
        }
    }

    @Test("Without a session the credential is what was presented, beside the address")
    func strangers() async throws {
        try await withOperationLab { lab in
            let first = await lab.send(Sign(text: "s"), key: "k", headers: [("x-credential", "one")])
            let same = await lab.send(Sign(text: "s"), key: "k", headers: [("x-credential", "one")])
            #expect(first.status == 200 && same.body == first.body)
            for headers in [[("x-credential", "two")], []] {
                let other = await lab.send(Sign(text: "s"), key: "k", headers: headers)
                #expect(other.status == 200 && other.body != first.body)
            }
            let user = try await lab.user()
            #expect(await lab.send(Sign(text: "s"), as: user, key: "k").body != first.body)
            #expect(try await lab.noteCount() == 4)
        }
    }

    @Test("A refusal is not recorded, and the key can be used for what is right")
    func refusals() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user(isOfficer: false)
            #expect(await lab.send(AddNote(text: "a"), as: user, key: "k").status == 403)
            try await lab.database.execute("INSERT INTO officers VALUES (\(user.id))", scope: .none)
            #expect(await lab.send(AddNote(text: "b"), as: user, key: "k").status == 201)
            let reused = await lab.send(AddNote(text: "a"), as: user, key: "k")
            #expect(reused.failure?.code == "IDEMPOTENCY_KEY_REUSED")
        }
    }

    @Test("What gives out a secret does so each time")
    func secrets() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let first = await lab.send(IssueSecret(), as: user, key: "k")
            let second = await lab.send(IssueSecret(), as: user, key: "k")
            #expect(first.status == 200 && second.status == 200 && first.body != second.body)
            #expect(try await lab.database.query("SELECT 1 FROM idempotency_records", scope: .none).isEmpty)
        }
    }

    @Test("The description tells what becomes of a key, and one without it is read")
    func description() throws {
        var components = SchemaComponents()
        #expect(AddNote.describe(&components).takesIdempotencyKey)
        #expect(!IssueSecret.describe(&components).takesIdempotencyKey)
        #expect(!ListNotes.describe(&components).takesIdempotencyKey)
        guard case .object(var older) = try JSONParser.parse(IssueSecret.describe(&components).jsonBytes) else {
            return
        }
        older["idempotency"] = nil
        #expect(try OperationDescription.read(.object(older)).takesIdempotencyKey)
    }
}
