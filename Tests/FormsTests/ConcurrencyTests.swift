import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite(.serialized, .timeLimit(.minutes(10))) struct ConcurrencyTests {
    /// What many calls at once were refused with, `nil` for those that were not.
    private func outcomes(
        _ count: Int,
        _ call: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> [ErrorCode?] {
        try await withThrowingTaskGroup { group in
            for index in 0..<count { group.addTask { try await refusal { try await call(index) } } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("A form takes exactly as many responses as it may, however many come at once")
    func limitIsExact() async throws {
        try await withForms { forms in
            let asked = question(.yesNo)
            let form = try await forms.published(
                [page(asked)],
                by: forms.author(),
                settings: FormSettings(maxResponses: Whole(7))
            )
            let outcomes = try await outcomes(40) { _ in
                _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            }
            #expect(outcomes.count { $0 == nil } == 7)
            #expect(outcomes.count { $0 == .formFull } == 33)
            try await expect(forms, responses: 7, to: form.id)
        }
    }

    @Test("Of one person's many responses at once, one is taken")
    func oneOfEachPerson() async throws {
        try await withForms { forms in
            for isAnonymous in [false, true] {
                let asked = question(.yesNo)
                let settings = FormSettings(oneResponsePerUser: true, anonymous: Flag(isAnonymous))
                let form = try await forms.published([page(asked)], by: forms.author(), settings: settings)
                let people = (0..<3).map { _ in forms.user() }
                let outcomes = try await outcomes(30) { index in
                    _ = try await forms.submit(form.id, [asked.id: true], by: people[index % 3])
                }
                #expect(outcomes.count { $0 == nil } == 3)
                #expect(outcomes.count { $0 == .alreadyResponded } == 27)
                try await expect(forms, responses: 3, to: form.id)
            }
        }
    }

    @Test("An option is taken exactly as often as it may, and who is refused leaves nothing behind")
    func quotaIsExact() async throws {
        try await withForms { forms in
            let asked = question(.checkboxes, options: ["a", "b"], quotas: ["a": 4, "b": 6])
            let form = try await forms.published([page(asked)], by: forms.author())
            let outcomes = try await outcomes(30) { index in
                let options: JSONValue = [["a"], ["b"], ["a", "b"]][index % 3]
                _ = try await forms.submit(form.id, [asked.id: options], by: forms.user())
            }
            let counts = try await forms.one(
                """
                SELECT (SELECT responses FROM forms.form_option_counters WHERE option_value = 'a') AS a,
                    (SELECT responses FROM forms.form_option_counters WHERE option_value = 'b') AS b,
                    (SELECT count(*) FROM forms.form_responses WHERE answers::text LIKE '%"a"%') AS chose_a,
                    (SELECT count(*) FROM forms.form_responses WHERE answers::text LIKE '%"b"%') AS chose_b
                """
            )
            #expect(try counts["a"] == 4)
            #expect(try counts["chose_a"] == 4)
            #expect(try counts["b"] == counts["chose_b"] as Int)
            #expect(try counts["b"] <= 6)
            try await expect(forms, responses: outcomes.count { $0 == nil }, to: form.id)
        }
    }

    @Test("No response slips past a closing or an edit")
    func closingAndEditsAreExact() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number)
            let form = try await forms.published([page(asked)], by: author)
            async let submitted = outcomes(60) { _ in
                _ = try await forms.submit(form.id, [asked.id: 1], by: forms.user())
            }
            // What was published as version 2 asks for at least 1, as all have answered; then the form closes.
            for step in 0..<3 {
                let patch: JSONValue = [
                    "id": .string("\(form.id)"), "questionId": .string("\(asked.id)"),
                    "validationRules": ["min": .integer(1 - step)],
                ]
                try await forms.call(UpdateQuestion.read(patch), as: author)
            }
            _ = try await forms.take(.close, form.id, by: author)
            let atClosing = try await forms.responses(of: form.id, by: author).pagination.total
            let outcomes = try await submitted
            #expect(try await forms.responses(of: form.id, by: author).pagination.total == atClosing)
            #expect(outcomes.count { $0 == nil } == atClosing)
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .formClosed || $0 == .conflict })
            try await expect(forms, responses: atClosing, to: form.id)
        }
    }

    /// Counter, rows and events agree.
    private func expect(_ forms: ServiceLab, responses: Int, to form: FormID) async throws {
        let row = try await forms.one(
            """
            SELECT (SELECT responses FROM forms.form_intake WHERE form_id = \(form)) AS counted,
                (SELECT count(*) FROM forms.form_responses WHERE form_id = \(form)) AS stored,
                (SELECT count(*) FROM forms.outbox WHERE type = 'form.response.submitted'
                    AND aggregate = \(form.description)) AS told
            """
        )
        #expect(try row["counted"] == responses)
        #expect(try row["stored"] == responses)
        #expect(try row["told"] == responses)
    }
}
