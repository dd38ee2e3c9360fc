import AuthContracts
import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("Personal data in forms", .timeLimit(.minutes(10)))
struct PersonalDataTests {
    @Test("An export has a person's responses and forms, and no other person's")
    func export() async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            let response = try await forms.submit(form.id, [asked.id: true], by: student)
            _ = try await forms.submit(form.id, [asked.id: false], by: forms.user())
            let data = try await forms.call(ExportPersonalData(), to: "forms", as: student)
            #expect(data.truncated == [])
            let responses = try #require(data.records["responses"]?.tree.arrayValue)
            #expect(responses.map { $0["id"]?.stringValue } == ["\(response.id)"])
            #expect(data.records["forms"]?.tree.arrayValue == [] && data.records["profileUpdates"] != nil)
            let authored = try await forms.call(ExportPersonalData(), to: "forms", as: author)
            #expect(authored.records["forms"]?.tree.arrayValue?.map { $0["id"]?.stringValue } == ["\(form.id)"])
        }
    }

    @Test("A former officer's export names the forms that they made, and shows nothing of what is in them")
    func formerOfficer() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = try await forms.society(of: officer)
            let form = try await forms.draft([page(question(.yesNo))], by: officer, society: society.cast())
            try await forms.dismiss(officer, from: society)
            let data = try await forms.call(ExportPersonalData(), to: "forms", as: officer)
            let records = try #require(data.records["forms"]?.tree.arrayValue)
            #expect(records.map { $0["id"]?.stringValue } == ["\(form.id)"])
            #expect(records.first?["entityId"]?.stringValue == "\(society)")
            #expect(records.first?.objectValue?.names == ["id", "entityType", "entityId", "createdAt"])
        }
    }

    @Test("An erased person's responses are gone and their places free, and their forms stay")
    func erasure() async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: true], by: student)
            let kept = try await forms.submit(form.id, [asked.id: false], by: forms.user())
            // As an earlier release noted who answered an anonymous form.
            try await forms.execute(
                """
                INSERT INTO forms.form_participants (form_id, user_id, tenant_id)
                VALUES (\(form.id), \(student.id), \(forms.university))
                """
            )
            for person in [student, author, student] { try await forms.emit(UserErased(userId: person.id)) }
            try await forms.deliverEvents()
            let left = try await forms.responses(of: form.id, by: author)
            #expect(left.items.map(\.id) == [kept.id] && left.pagination.total == 1)
            #expect(try await forms.query("SELECT FROM forms.form_participants").isEmpty)
        }
    }

    @Test("After the erasure of 2,000 responses the counts, bytes and options are exactly those of the others")
    func manyResponses() async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.checkboxes, options: ["a", "b"], quotas: ["a": 9_000, "b": 9_000])
            let choice = question(.dropdown, options: ["a"], quotas: ["a": 9_000])
            var made: [(form: FormID, before: String)] = []
            for _ in 0..<2 {
                let form = try await forms.published([page(asked, choice)], by: author)
                try await forms.submit(form.id, [asked.id: ["a"], choice.id: "a"], by: forms.user())
                try await forms.submit(form.id, [asked.id: ["a", "b"]], by: forms.user())
                let before = try await forms.intake(of: form.id)
                try await forms.submit(form.id, [asked.id: ["a", "b"], choice.id: "a"], by: student)
                made.append((form: form.id, before: before))
            }
            try await forms.repeatResponses(of: student.id, times: 999)
            for (form, before) in made { #expect(try await forms.intake(of: form) != before) }
            try await forms.emit(UserErased(userId: student.id))
            try await forms.deliverEvents()
            for (form, before) in made {
                #expect(try await forms.intake(of: form) == before)
                #expect(try await forms.responses(of: form, by: author).pagination.total == 2)
            }
        }
    }
}

extension ServiceLab {
    /// The responses and bytes that a form counts, and how often its limited options are taken.
    fileprivate func intake(of form: FormID) async throws -> String {
        try await one(
            """
            SELECT concat_ws(' ', responses, bytes, (
                SELECT string_agg(concat_ws(' ', question_id, option_value, counter.responses), ', '
                    ORDER BY question_id, option_value)
                FROM forms.form_option_counters AS counter WHERE counter.form_id = intake.form_id
            )) AS counted
            FROM forms.form_intake AS intake WHERE form_id = \(form)
            """
        )["counted"]
    }

    /// Adds copies of a person's responses, each of which has taken every limited option of its form.
    fileprivate func repeatResponses(of user: UserID, times: Int) async throws {
        try await execute(
            """
            WITH copies AS (
                INSERT INTO forms.form_responses (id, form_id, tenant_id, form_version, user_id, is_only, answers,
                    answers_bytes, submitted_at, may_be_recounted)
                SELECT gen_random_uuid(), form_id, tenant_id, form_version, user_id, is_only, answers, answers_bytes,
                    submitted_at, may_be_recounted
                FROM forms.form_responses CROSS JOIN generate_series(1, \(times)) WHERE user_id = \(user)
                RETURNING form_id, answers_bytes
            ), kept AS (
                SELECT form_id, count(*) AS responses, sum(256 + answers_bytes) AS bytes FROM copies GROUP BY form_id
            ), counted AS (
                UPDATE forms.form_option_counters AS counter SET responses = counter.responses + kept.responses
                FROM kept WHERE counter.form_id = kept.form_id
            )
            UPDATE forms.form_intake AS intake
            SET responses = intake.responses + kept.responses, bytes = intake.bytes + kept.bytes
            FROM kept WHERE intake.form_id = kept.form_id
            """
        )
    }
}
