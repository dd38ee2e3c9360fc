import Contracts
import FormsContracts
import Mesh
import OpenSSL
import Postgres
import TestKit
import Testing

@testable import Forms
@testable import ServiceKit

/// Plays an adversary who reads every table of the schema, knows all voters, their order of arrival and their
/// idempotency keys, and tries to link voters to answers.
@Suite("Anonymous answers", .serialized, .timeLimit(.minutes(10))) struct AnonymityTests {
    private struct Ballot {
        let form: Form
        let author: RequestContext.User
        /// The voters in order of arrival; voter n answered n.
        let voters: [RequestContext.User]
        let responses: [FormResponseID]
    }

    private static let voterCount = 20
    /// A random guess is right for one voter in twenty; seven or more hits happen less than once in 10,000 runs.
    private static let chance = 6

    private func vote(
        _ form: Form,
        _ answer: Int,
        by user: RequestContext.User,
        key: String?,
        _ forms: ServiceLab
    ) async throws -> MeshReply {
        let request = SubmitResponse(
            id: form.id,
            answers: ["\(form.questions[0].id)": .integer(answer)],
            startedAt: Timestamp("2026-01-01T00:00:00Z")
        )
        return try await forms.send(request, as: user, key: key)
    }

    private func key(of voter: Int) -> String { "key-\(voter)" }

    /// Every second voter sends an idempotency key.
    private func withBallot(_ body: (ServiceLab, Ballot) async throws -> Void) async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number, options: [])
            let settings = FormSettings(maxResponses: Whole(500), oneResponsePerUser: true, anonymous: true)
            let form = try await forms.published([page(asked)], by: author, settings: settings)
            let voters = (0..<Self.voterCount).map { _ in forms.user() }
            var responses: [FormResponseID] = []
            for (number, voter) in voters.enumerated() {
                let reply = try await vote(form, number, by: voter, key: number % 2 == 0 ? key(of: number) : nil, forms)
                #expect(reply.status == 201)
                #expect(reply.headers.first(named: AnonymousReply.header) == "1")
                responses.append(try FormResponse.read(body: reply.body).id)
            }
            try await body(forms, Ballot(form: form, author: author, voters: voters, responses: responses))
        }
    }

    /// The number of voters whose answer the guess gets right.
    private func hits(_ guess: [FormResponseID], _ ballot: Ballot) -> Int {
        zip(guess, ballot.responses).count { $0 == $1 }
    }

    private func column<Value: PostgresDecodable>(_ sql: SQL, _ forms: ServiceLab) async throws -> [Value] {
        try await forms.query(sql).map { try $0["value"] }
    }

    @Test("No table names a voter")
    func noNames() async throws {
        try await withBallot { forms, ballot in
            let tables: [String] = try await column(
                "SELECT table_name::text AS value FROM information_schema.tables WHERE table_schema = 'forms'",
                forms
            )
            #expect(tables.contains("form_responses") && tables.contains("outbox"))
            for table in tables {
                let rows: [String] = try await column("SELECT t::text AS value FROM forms.\(raw: table) AS t", forms)
                for voter in ballot.voters {
                    let (plain, bytes) = (voter.id.description, voter.id.description.replacing("-", with: ""))
                    #expect(!rows.contains { $0.contains(plain) || $0.contains(bytes) }, "\(table)")
                }
            }
        }
    }

    @Test("Without the deployment's key, the table's own secret does not reveal who has answered")
    func hashesAreKeyed() async throws {
        try await withBallot { forms, ballot in
            let secrets: [[UInt8]] = try await column(
                "SELECT secret AS value FROM forms.form_participant_secrets",
                forms
            )
            let sets: [[UInt8]] = try await column("SELECT hashes AS value FROM forms.form_recent_participants", forms)
            let hashes = try #require(sets.first)
            #expect(hashes.count >= 16 * (64 + Self.voterCount), "the voters stand among hashes of nobody")
            let known = Set(stride(from: 0, to: hashes.count, by: 16).map { Array(hashes[$0..<$0 + 16]) })
            for voter in ballot.voters {
                let code = HMACSHA256(key: secrets[0])
                    .authenticationCode(for: Array("participant".utf8), voter.id.bytes)
                #expect(!known.contains(Array(code.prefix(16))))
            }
        }
    }

    @Test("Neither ids nor times nor any list reveal the order of answers, and so their authors")
    func noOrder() async throws {
        try await withBallot { forms, ballot in
            for order in ["id", "submitted_at, id", "id DESC"] {
                let guess: [FormResponseID] = try await column(
                    "SELECT id AS value FROM forms.form_responses ORDER BY \(raw: order)",
                    forms
                )
                #expect(hits(guess, ballot) <= Self.chance, "\(order)")
            }
            for isDescending in [false, true] {
                let page = try await forms.responses(
                    of: ballot.form.id,
                    by: ballot.author,
                    page: PageRequest(limit: 100),
                    sort: Sort(.submittedAt, descending: isDescending)
                )
                let guess = page.items.map(\.id)
                #expect(guess.count == Self.voterCount)
                #expect(hits(isDescending ? guess.reversed() : guess, ballot) <= Self.chance)
                #expect(page.items.allSatisfy { $0.completionTime == nil && $0.userId == nil })
                #expect(page.items.allSatisfy { $0.submittedAt.microseconds % 60_000_000 == 0 })
            }
        }
    }

    @Test("Events name no trace, no actor and no second; keys leave no record")
    func noTraces() async throws {
        try await withBallot { forms, ballot in
            let traces: [Int] = try await column(
                """
                SELECT count(*) AS value FROM forms.outbox WHERE type = 'form.response.submitted'
                    AND (traceparent IS NOT NULL OR actor <> 'forms' OR date_trunc('minute', created_at) <> created_at
                        OR substring(event_id::text FROM 15 FOR 1) <> '4')
                """,
                forms
            )
            #expect(traces == [0])
            let records: [Int] = try await column("SELECT count(*) AS value FROM forms.idempotency_records", forms)
            #expect(records == [0])
            #expect(ballot.responses.allSatisfy { $0.description.dropFirst(14).first == "4" })
        }
    }

    @Test("Rows that one transaction wrote, or its neighbours, join no answer with fewer than 64 people")
    func noTransactions() async throws {
        try await withBallot { forms, ballot in
            // Enough more that part of the set moves into rows.
            for _ in 0..<240 {
                _ = try await forms.submit(ballot.form.id, [ballot.form.questions[0].id: 99], by: forms.user())
            }
            let batches: [Int] = try await column(
                "SELECT count(*) AS value FROM forms.form_participant_hashes GROUP BY xmin",
                forms
            )
            #expect(!batches.isEmpty && batches.allSatisfy { $0 >= 64 })
            let recent: [Int] = try await column(
                "SELECT length(hashes)::bigint / 16 AS value FROM forms.form_recent_participants",
                forms
            )
            #expect(recent.allSatisfy { $0 >= 64 })
            let ordered: [Bool] = try await column(
                """
                SELECT bool_and(hash > before) AS value
                FROM (SELECT hash, lag(hash) OVER (PARTITION BY xmin::text ORDER BY ctid) AS before
                    FROM forms.form_participant_hashes) AS rows
                WHERE before IS NOT NULL
                """,
                forms
            )
            #expect(ordered == [true], "a batch lies in the order of its hashes")
            // In the other tables, each counter is one row, which records its last writer without a person.
            let ofNobody: [Int] = try await column(
                "SELECT count(*) AS value FROM forms.form_participants",
                forms
            )
            #expect(ofNobody == [0])
        }
    }

    @Test("A retry gets its reply, another request under the same key is refused")
    func repeatedRequests() async throws {
        try await withBallot { forms, ballot in
            for number in [0, 2] {
                let again = try await vote(ballot.form, number, by: ballot.voters[number], key: key(of: number), forms)
                #expect(again.status == 201)
                #expect(try FormResponse.read(body: again.body).id == ballot.responses[number])
                let other = try await vote(ballot.form, 7, by: ballot.voters[number], key: key(of: number), forms)
                #expect(other.failure?.code == ErrorCode.idempotencyKeyReused.code)
            }
            let second = try await vote(ballot.form, 1, by: ballot.voters[1], key: nil, forms)
            #expect(second.failure?.code == ErrorCode.alreadyResponded.code)
            let count: [Int] = try await column("SELECT count(*) AS value FROM forms.form_responses", forms)
            #expect(count == [Self.voterCount])
        }
    }

    @Test("Switching to anonymous answers and back gives nobody a second vote", arguments: [false, true])
    func switching(startsAnonymous: Bool) async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let settings = FormSettings(oneResponsePerUser: true, anonymous: Flag(startsAnonymous))
            let form = try await forms.published([page(asked)], by: author, settings: settings)
            let (first, second) = (forms.user(), forms.user())
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: user) }
            }
            #expect(try await submit(first) == nil)
            _ = try await forms.change(form.id, by: author, ["settings": ["anonymous": .bool(!startsAnonymous)]])
            #expect(try await submit(first) == .alreadyResponded)
            #expect(try await submit(second) == nil)
            _ = try await forms.change(form.id, by: author, ["settings": ["anonymous": .bool(startsAnonymous)]])
            for person in [first, second] { #expect(try await submit(person) == .alreadyResponded) }
            #expect(try await submit(forms.user()) == nil)
            #expect(try await forms.responses(of: form.id, by: author).pagination.total == 3)
        }
    }

    @Test("A full form tells those who answered that they did, and others that it is full", arguments: [false, true])
    func fullForms(isAnonymous: Bool) async throws {
        try await withForms { forms in
            let asked = question(.yesNo)
            let settings = FormSettings(
                maxResponses: Whole(1),
                oneResponsePerUser: true,
                anonymous: Flag(isAnonymous)
            )
            let form = try await forms.published([page(asked)], by: forms.author(), settings: settings)
            let voter = forms.user()
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: user) }
            }
            #expect(try await submit(voter) == nil)
            #expect(try await submit(voter) == .alreadyResponded)
            #expect(try await submit(forms.user()) == .formFull)
        }
    }

    @Test("An anonymous answer changes no profile")
    func profiles() async throws {
        try await withForms { forms in
            let named = question(.shortText, key: "firstName")
            let form = try await forms.published(
                [page(named)],
                by: forms.author(),
                settings: FormSettings(anonymous: true)
            )
            let voter = forms.user()
            let submit = { (updates: [QuestionID]?) in
                try await refusal {
                    try await forms.submit(form.id, [named.id: "Ada"], by: voter, updateProfile: updates)
                }
            }
            #expect(try await submit([named.id]) == .validation)
            #expect(try await submit(nil) == nil)
            #expect(try await forms.updates(by: voter).isEmpty)
        }
    }
}
