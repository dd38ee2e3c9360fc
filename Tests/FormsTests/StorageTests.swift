import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("What is stored and read", .serialized, .timeLimit(.minutes(10))) struct StorageTests {
    @Test("Versions that nobody answered go, those with answers stay")
    func versionsArePruned() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            for number in 0..<30 { _ = try await forms.change(form.id, by: author, ["title": .string("T\(number)")]) }
            let versions: [Int32] = try await forms.query("SELECT version FROM forms.form_versions ORDER BY version")
                .map { try $0["version"] }
            #expect(versions == [1] + Array(21...31))
            #expect(
                try await refusal {
                    try await forms.submit(form.id, [asked.id: true], by: forms.user(), formVersion: 1)
                }
                    == nil
            )
        }
    }

    @Test("A form with too many answered versions, or too large ones, accepts no more")
    func versionsAreCapped() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            try await forms.execute(
                """
                INSERT INTO forms.form_versions (form_id, version, tenant_id, document, published_at, is_answered)
                SELECT form_id, number, tenant_id, document, published_at, true
                FROM forms.form_versions, generate_series(1001, 1199) AS number
                """
            )
            let change = { try await forms.change(form.id, by: author, ["title": "One more"]) }
            #expect(try await refusal(of: change) == .tooManyVersions)
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    DELETE FROM forms.form_versions WHERE version > 1001;
                    """,
                    scope: .none
                )
                _ = try await database.execute(
                    """
                    UPDATE forms.form_versions SET document = to_json(repeat('x', 17 << 20)) WHERE version = 1001
                    """,
                    scope: .none
                )
            }
            #expect(try await refusal(of: change) == .tooManyVersions)
            try await forms.execute("DELETE FROM forms.form_versions WHERE version > 1000")
            #expect(try await refusal(of: change) == nil)
        }
    }

    @Test("A page of responses ends at some 4 MiB and goes on from there")
    func pagesEndAtBytes() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.longText)
            let form = try await forms.published([page(asked)], by: author)
            for _ in 0..<12 { _ = try await forms.submit(form.id, [asked.id: "short"], by: forms.user()) }
            try await forms.execute(
                """
                UPDATE forms.form_responses SET answers_bytes = NULL, answers = jsonb_build_object(\("\(asked.id)"), repeat('x', 1000000))
                """
            )
            var seen: Set<FormResponseID> = []
            var cursor: PageCursor?
            var parts = 0
            repeat {
                let part = try await forms.responses(
                    of: form.id,
                    by: author,
                    page: PageRequest(limit: 100, cursor: cursor)
                )
                #expect(part.items.count <= 5 && !part.items.isEmpty)
                #expect(part.pagination.total == 12)
                seen.formUnion(part.items.map(\.id))
                cursor = part.pagination.nextCursor
                parts += 1
            } while cursor != nil
            #expect(seen.count == 12 && parts == 3)
        }
    }

    @Test("A row that can't be read is left out of lists, and hides no others")
    func unreadableRows() async throws {
        try await withForms { forms in
            let author = forms.author()
            let broken = try await forms.published([page(question(.yesNo))], by: author)
            let sound = try await forms.published([page(question(.yesNo))], by: author)
            try await forms.execute(
                "UPDATE forms.forms SET settings = '{\"maxResponses\": -1}' WHERE id = \(broken.id)"
            )
            for user in [author, forms.user()] {
                #expect(try await forms.list(by: user).items.map(\.id) == [sound.id])
                let page = try await forms.list(ListForms(page: PageRequest(limit: 1)), by: user)
                #expect(page.items.map(\.id) == [sound.id])
            }
        }
    }

    @Test("A quota that comes later counts what was chosen before, and a title costs no count")
    func recounting() async throws {
        try await withForms { forms in
            let author = forms.author()
            let (one, many) = (
                question(.dropdown, options: ["a", "b"], quotas: ["a": 5]), question(.checkboxes, options: ["a", "b"])
            )
            let form = try await forms.published([page(one, many)], by: author)
            for _ in 0..<3 {
                _ = try await forms.submit(form.id, [one.id: "a", many.id: ["a", "b"]], by: forms.user())
            }
            // An existing counter is not recounted.
            try await forms.execute("UPDATE forms.form_option_counters SET responses = 4")
            _ = try await forms.change(form.id, by: author, ["title": "Another"])
            let patch: JSONValue = [
                "id": .string("\(form.id)"), "questionId": .string("\(many.id)"),
                "options": [["value": "a", "quota": 9], ["value": "b", "quota": 9], ["value": "c", "quota": 9]],
            ]
            try await forms.call(UpdateQuestion.read(patch), as: author)
            let counters = try await forms.query(
                "SELECT responses FROM forms.form_option_counters ORDER BY question_id = \(one.id) DESC, option_value"
            ).map { try $0["responses"] as Int }
            #expect(counters == [4, 3, 3, 0])
        }
    }
}
