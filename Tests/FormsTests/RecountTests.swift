import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("Limits that come later", .timeLimit(.minutes(10)))
struct RecountTests {
    @Test("Responses that come and go while options are counted are counted once")
    func responsesBesideRecount() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.checkboxes, options: ["a", "b"])
            let form = try await forms.published([page(asked)], by: author)
            let first = try await forms.submit(form.id, [asked.id: ["a"]], by: forms.user())
            let second = try await forms.submit(form.id, [asked.id: ["a", "b"]], by: forms.user())

            var limited = form
            let quotas = ["a": 9, "b": 9]
            limited.pages = [page(question(.checkboxes, id: asked.id, options: ["a", "b"], quotas: quotas))]
            let compiled = try CompiledForm(limited)
            let scope = TenantScope.university(forms.university)
            let counters = OptionCounterStore(sql: forms.database.scoped(to: scope))
            let options = try await counters.uncounted(in: compiled)
            #expect(options.count == 2)
            try await forms.database.database.transaction(scope: scope) { transaction in
                try await OptionCounterStore(sql: transaction)
                    .beginRecount(of: options, in: form.id, tenant: forms.university)
            }
            for _ in 0..<2 { _ = try await forms.submit(form.id, [asked.id: ["a"]], by: forms.user()) }
            try await forms.deleteResponse(first.id, of: form.id, by: author)
            let counts = try await counters.recount(options, in: form.id)
            #expect(counts.map(\.responses).sorted() == [1, 2], "those that were there when the recount began")
            _ = try await forms.submit(form.id, [asked.id: ["b"]], by: forms.user())
            try await forms.deleteResponse(second.id, of: form.id, by: author)
            try await forms.database.database.transaction(scope: scope) { transaction in
                try await OptionCounterStore(sql: transaction)
                    .replace(for: compiled, with: counts, tenant: forms.university, isFirst: false)
            }
            #expect(try await forms.miscounted(form.id) == 0)
            let rows = try await forms.one(
                """
                SELECT (SELECT sum(responses)::bigint FROM forms.form_option_counters) AS chosen,
                    (SELECT count(*) FROM forms.form_option_recounts) AS recounts,
                    (SELECT bool_or(is_recounting) FROM forms.form_intake) AS is_recounting
                """
            )
            #expect(try rows["chosen"] == 3)
            #expect(try rows["recounts"] == 0)
            #expect(try rows["is_recounting"] == false)
        }
    }

    // **Feature: rovierr-platform-foundation, Property 25: Exact Limits Of Options Over Edits**
    @Test("Property 25: counters agree with the responses, whatever is submitted, deleted and edited at once")
    func exactCounters() async throws {
        try await withForms { forms in
            for seed in Seed.batch(100) {
                var random = seed.generator
                let author = forms.author()
                let one = question(.dropdown, options: ["a", "b", "c"])
                let many = question(.checkboxes, options: ["a", "b"])
                let form = try await forms.published([page(one, many)], by: author)
                func answers() -> [QuestionID: JSONValue] {
                    let chosen: [JSONValue] = [["a"], ["b"], ["a", "b"]]
                    return [
                        one.id: .string(["a", "b", "c"].randomElement(using: &random) ?? "a"),
                        many.id: chosen.randomElement(using: &random) ?? ["a"],
                    ]
                }
                var stored: [FormResponseID] = []
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    stored.append(try await forms.submit(form.id, answers(), by: forms.user()).id)
                }
                let submitted = (0..<Int.random(in: 1...6, using: &random)).map { _ in answers() }
                let deleted = stored.prefix(Int.random(in: 0...2, using: &random))
                let edits = (0..<Int.random(in: 1...2, using: &random)).map { _ -> JSONValue in
                    let limited = ["a", "b", "c"].map { value -> JSONValue in
                        guard Bool.random(using: &random) else { return ["value": .string(value)] }
                        return ["value": .string(value), "quota": 1_000]
                    }
                    return [
                        "id": .string("\(form.id)"), "questionId": .string("\(one.id)"), "options": .array(limited),
                    ]
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for answers in submitted {
                        group.addTask { _ = try await forms.submit(form.id, answers, by: forms.user()) }
                    }
                    for response in deleted {
                        group.addTask { try await forms.deleteResponse(response, of: form.id, by: author) }
                    }
                    for edit in edits {
                        group.addTask {
                            try await forms.call(UpdateQuestion.read(edit), as: author)
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(try await forms.miscounted(form.id) == 0, "\(seed)")
            }
        }
    }

    @Test("A form that begins to take one response of each person counts earlier ones without writing them")
    func earlierResponses() async throws {
        for becomesAnonymous in [false, true] {
            try await withForms { forms in
                let (author, student) = (forms.author(), forms.user())
                let asked = question(.yesNo)
                let form = try await forms.published([page(asked)], by: author)
                let earlier = try await forms.submit(form.id, [asked.id: true], by: student)
                let settings: JSONValue = ["oneResponsePerUser": true, "anonymous": .bool(becomesAnonymous)]
                _ = try await forms.change(form.id, by: author, ["settings": settings])
                let written = try await forms.one("SELECT count(*) AS rows FROM forms.form_responses WHERE is_only")
                #expect(try written["rows"] == 0)
                #expect(
                    try await refusal { try await forms.submit(form.id, [asked.id: true], by: student) }
                        == .alreadyResponded
                )
                try await forms.deleteResponse(earlier.id, of: form.id, by: author)
                _ = try await forms.submit(form.id, [asked.id: true], by: student)
                #expect(
                    try await refusal { try await forms.submit(form.id, [asked.id: true], by: student) }
                        == .alreadyResponded
                )
            }
        }
    }
}

extension ServiceLab {
    /// Counts a form's counters that differ from the number of responses that chose their option.
    fileprivate func miscounted(_ form: FormID) async throws -> Int {
        try await one(
            """
            SELECT count(*) AS counters FROM forms.form_option_counters AS counter
            WHERE form_id = \(form) AND responses <> (
                SELECT count(*) FROM forms.form_responses AS response
                WHERE response.form_id = counter.form_id
                    AND response.answers -> counter.question_id::text ? counter.option_value
            )
            """
        )["counters"]
    }
}
