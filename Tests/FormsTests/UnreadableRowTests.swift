import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms
@testable import FormsContracts

@Suite("Rows of forms that can't be read", .timeLimit(.minutes(10)))
struct UnreadableRowTests {
    @Test("Lists leave them out, and a single read is a fault of the service")
    func lists() async throws {
        try await withForms { forms in
            let author = forms.author()
            let (asked, kept) = (question(.yesNo), question(.shortText, key: "firstName"))
            let form = try await forms.published([page(asked, kept)], by: author)
            let student = forms.user()
            var responses: [FormResponse] = []
            for name in ["Ada", "Grace", "Mary"] {
                responses.append(
                    try await forms.submit(
                        form.id,
                        [asked.id: true, kept.id: .string(name)],
                        by: student,
                        updateProfile: [kept.id]
                    )
                )
                // Only one update per path may be pending.
                for update in try await forms.updates(by: student, status: .pending) {
                    _ = try await forms.reject(update.id, by: student)
                }
                _ = try await forms.published([page(question(.yesNo))], by: author)
            }
            let mappings = [
                try await forms.map("a", to: "custom.a"), try await forms.map("b", to: "custom.b"),
                try await forms.map("c", to: "custom.c"),
            ]
            try await forms.superuser { database in
                let walk = SpoiledRows(of: forms.walked, superuser: database)
                let faults = try await walk.faults([
                    SpoiledList(
                        ListResponses(id: form.id),
                        as: author,
                        single: GetResponse(id: form.id, responseId: responses[1].id),
                        spoil:
                            "UPDATE forms.form_responses SET submitted_at = '20000-01-01' WHERE id = \(responses[1].id)"
                    ),
                    SpoiledList(
                        ListProfileUpdates(),
                        as: student,
                        spoil: """
                            UPDATE forms.profile_updates SET created_at = 'infinity'
                            WHERE response_id = \(responses[1].id)
                            """
                    ),
                    SpoiledList(
                        ListProfileFieldMappings(),
                        as: author,
                        single: GetProfileFieldMapping(id: mappings[1].id),
                        spoil: """
                            UPDATE forms.profile_field_mappings SET default_validation_rules = '{"min": "x"}'
                            WHERE id = \(mappings[1].id)
                            """
                    ),
                    SpoiledList(
                        ListForms(),
                        as: author,
                        spoil: "UPDATE forms.forms SET settings = '{\"maxResponses\": -1}' WHERE id = \(form.id)"
                    ),
                ])
                #expect(faults == [])
            }
        }
    }

    @Test("An export goes on after them, part by part")
    func export() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.longText)
            let form = try await forms.published([page(asked)], by: author)
            // Large enough that a few fill a part, and more of them than one read fetches.
            let answer = String(repeating: "a long answer ", count: 1_400)
            var responses: [FormResponseID] = []
            for _ in 0..<40 {
                responses.append(try await forms.submit(form.id, [asked.id: .string(answer)], by: forms.user()).id)
            }
            let spoiled = Set(responses[3...20])
            try await forms.superuser { database in
                let count = try await database.execute(
                    """
                    UPDATE forms.form_responses SET submitted_at = submitted_at + interval '20000 years'
                    WHERE id = ANY(\(Array(spoiled)))
                    """,
                    scope: .platform
                )
                #expect(count == spoiled.count)
                _ = try await database.execute(
                    "UPDATE forms.form_responses SET submitted_at = '0001-01-01 BC' WHERE id = \(responses[30])",
                    scope: .platform
                )
            }
            let (table, parts) = try await forms.exportAll(form.id, by: author)
            for response in responses {
                let isShown = table.contains("\(response)")
                #expect(isShown == (!spoiled.contains(response) && response != responses[30]))
            }
            #expect(parts > 1)
        }
    }

    @Test("A page of large responses ends at its bytes, each alone beyond them too, and loses none")
    func bytes() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.longText)
            let form = try await forms.published([page(asked)], by: author)
            let id = try await forms.submit(form.id, [asked.id: "x"], by: forms.user()).id
            try await forms.execute(
                """
                INSERT INTO forms.form_responses (id, form_id, tenant_id, form_version, user_id, is_only, answers,
                    payment_status, submitted_at, completion_seconds)
                SELECT gen_random_uuid(), form_id, tenant_id, form_version, gen_random_uuid(), false,
                    jsonb_build_object('a', repeat('x', n * 100000)), payment_status,
                    submitted_at + n * interval '1 second', completion_seconds
                FROM forms.form_responses, unnest(ARRAY[1, 60, 9, 9, 9, 9, 9, 50, 1, 1]) AS n
                WHERE id = \(id)
                """
            )
            for sort in [Sort(ResponseSort.submittedAt), Sort(.submittedAt, descending: true)] {
                var (cursor, seen): (PageCursor?, [FormResponseID]) = (nil, [])
                repeat {
                    let request = ListResponses(
                        id: form.id,
                        page: PageRequest(limit: 100, cursor: cursor),
                        sort: sort
                    )
                    let page = try await forms.call(request, as: author)
                    let bytes = page.items.map(\.answers.bytes.count)
                    #expect(bytes.dropLast().reduce(0, +) < Keyset.maximumBytes)
                    seen += page.items.map(\.id)
                    cursor = page.pagination.nextCursor
                } while cursor != nil && seen.count < 100
                #expect(seen.count == 11 && Set(seen).count == 11)
            }
        }
    }
}
