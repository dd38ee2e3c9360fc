import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite(.serialized, .timeLimit(.minutes(10))) struct SubmissionTests {
    @Test("A response is kept as it was checked, with its version and its time")
    func responsesAreKept() async throws {
        try await withForms { forms in
            let author = forms.author()
            let student = forms.user()
            let shown = question(.yesNo, required: true)
            let hidden = question(.number, required: true, logic: .when(shown.id, .equals, true))
            let form = try await forms.published([page(shown, hidden)], by: author)
            // In whole milliseconds, as times are in JSON.
            let now = try #require(Timestamp(Timestamp.now().description))
            let response = try await forms.submit(
                form.id,
                [shown.id: false, hidden.id: 3],
                by: student,
                receivedAt: now,
                startedAt: now - .seconds(90)
            )
            #expect(response.formVersion == 1)
            #expect(response.userId == student.id)
            #expect(response.completionTime == 90)
            #expect(response.paymentStatus == nil)
            #expect(response.answers.bytes == Array(#"{"\#(shown.id)":false}"#.utf8))
            let stored = try await forms.response(response.id, of: form.id, by: student)
            #expect(stored.submittedAt == now)
            #expect(try JSONParser.parse(stored.answers.bytes) == ["\(shown.id)": false])
            #expect(try await forms.response(response.id, of: form.id, by: author).id == response.id)
            #expect(
                try await refusal { try await forms.response(response.id, of: form.id, by: forms.user()) } == .notFound
            )
            #expect(try await refusal { try await forms.submit(form.id, [:], by: student) } == .validation)
            #expect(try await forms.events() == ["form.published", "form.response.submitted"])
        }
    }

    @Test("A form is open from its first instant until just before its last")
    func openingIsHalfOpen() async throws {
        try await withForms { forms in
            let asked = question(.yesNo)
            let opens = Timestamp.now() + .seconds(1_000)
            let closes = opens + .seconds(10)
            let form = try await forms.published(
                [page(asked)],
                by: forms.author(),
                settings: FormSettings(opensAt: opens, closesAt: closes)
            )
            // Through JSON, which has milliseconds.
            let (first, last) = (try #require(form.settings.opensAt), try #require(form.settings.closesAt))
            func outcome(_ time: Timestamp) async throws -> ErrorCode? {
                try await refusal {
                    try await forms.submit(form.id, [asked.id: true], by: forms.user(), receivedAt: time)
                }
            }
            #expect(try await outcome(first - .microseconds(1)) == .formNotOpen)
            #expect(try await outcome(first) == nil)
            #expect(try await outcome(last - .microseconds(1)) == nil)
            #expect(try await outcome(last) == .formClosed)
        }
    }

    @Test("Only a published form takes responses, and only of its own university")
    func whoMayAnswerWhat() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let form = try await forms.draft([page(asked)], by: author)
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: user) }
            }
            #expect(try await submit(forms.user()) == .notFound)
            #expect(try await submit(author) == .formNotOpen)
            _ = try await forms.take(.publish, form.id, by: author)
            #expect(try await submit(forms.user()) == nil)
            #expect(try await submit(forms.user(at: UniversityID())) == .notFound)
            _ = try await forms.change(form.id, by: author, ["settings": ["public": true]])
            #expect(try await submit(forms.user(at: UniversityID())) == .forbidden)
            _ = try await forms.take(.close, form.id, by: author)
            #expect(try await submit(forms.user()) == .formClosed)
            _ = try await forms.take(.reopen, form.id, by: author)
            #expect(try await submit(forms.user()) == nil)
            _ = try await forms.take(.archive, form.id, by: author)
            #expect(try await submit(forms.user()) == .notFound)
        }
    }

    @Test("A version is accepted while what it asked is still asked, and refused by question afterwards")
    func versionsAreAcceptedWhileTheyAsk() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number)
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: 1], by: forms.user(), formVersion: 1)
            _ = try await forms.change(form.id, by: author, ["title": "Another title"])
            let later = try await forms.submit(form.id, [asked.id: 1], by: forms.user(), formVersion: 1)
            #expect(later.formVersion == 2)
            try await forms.call(UpdateQuestion(id: form.id, questionId: asked.id, required: true), as: author)
            do {
                _ = try await forms.submit(form.id, [asked.id: 1], by: forms.user(), formVersion: 2)
                Issue.record("An old version was accepted")
            } catch let error as ServiceError {
                #expect(error.code == .versionConflict)
                #expect(error.details.map(\.field) == ["answers.\(asked.id)"])
            }
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: 1], by: forms.user(), formVersion: 9) }
                    == .validation
            )
            #expect(try await forms.submit(form.id, [asked.id: 1], by: forms.user(), formVersion: 3).formVersion == 3)
            #expect(try await forms.responses(of: form.id, by: author).items.map(\.formVersion) == [3, 2, 1])
        }
    }

    @Test("An edit by another replica is seen at once, though this one keeps compiled forms")
    func keptFormsAreNotBelieved() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number, rules: ValidationRules(max: 3))
            let form = try await forms.published([page(asked)], by: author)
            let submit = { (answer: JSONValue) in
                try await refusal { try await forms.submit(form.id, [asked.id: answer], by: forms.user()) }
            }
            #expect(try await submit(3) == nil)
            #expect(try await submit(5) == .validation)
            // Straight through the editor, past the submitter that keeps the compiled form.
            let patch: JSONValue = [
                "id": .string("\(form.id)"), "questionId": .string("\(asked.id)"), "validationRules": ["max": 7],
            ]
            try await forms.call(UpdateQuestion.read(patch), as: author)
            #expect(try await submit(5) == nil)
            #expect(try await submit(8) == .validation)
            _ = try await forms.change(form.id, by: author, ["settings": ["maxResponses": 2]])
            #expect(try await submit(5) == .formFull)
            _ = try await forms.change(form.id, by: author, ["settings": ["maxResponses": 3]])
            #expect(try await submit(5) == nil)
            #expect(try await submit(5) == .formFull)
        }
    }

    @Test("One response of each person, and a deleted one frees its place")
    func oneResponsePerUser() async throws {
        try await withForms { forms in
            let author = forms.author()
            let student = forms.user()
            let asked = question(.yesNo)
            let form = try await forms.published(
                [page(asked)],
                by: author,
                settings: FormSettings(maxResponses: Whole(2), oneResponsePerUser: true)
            )
            let response = try await forms.submit(form.id, [asked.id: true], by: student)
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: student) }
                    == .alreadyResponded
            )
            _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: forms.user()) } == .formFull
            )
            #expect(
                try await refusal { try await forms.deleteResponse(response.id, of: form.id, by: student) }
                    == .forbidden
            )
            try await forms.deleteResponse(response.id, of: form.id, by: author)
            _ = try await forms.submit(form.id, [asked.id: false], by: student)
            #expect(try await forms.responses(of: form.id, by: author).pagination.total == 2)
        }
    }

    @Test("A form that begins to take one response of each person counts those it has")
    func earlierResponsesCount() async throws {
        try await withForms { forms in
            let author = forms.author()
            let student = forms.user()
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            for _ in 0..<2 { _ = try await forms.submit(form.id, [asked.id: true], by: student) }
            _ = try await forms.change(form.id, by: author, ["settings": ["oneResponsePerUser": true]])
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: student) }
                    == .alreadyResponded
            )
            _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            #expect(try await forms.responses(of: form.id, by: author).pagination.total == 3)
        }
    }

    @Test("An anonymous form keeps no sender, and still one response of each person")
    func anonymousResponses() async throws {
        try await withForms { forms in
            let author = forms.author()
            let student = forms.user()
            let asked = question(.yesNo)
            let form = try await forms.published(
                [page(asked)],
                by: author,
                settings: FormSettings(oneResponsePerUser: true, anonymous: true)
            )
            let response = try await forms.submit(form.id, [asked.id: true], by: student)
            #expect(response.userId == nil)
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: true], by: student) }
                    == .alreadyResponded
            )
            let traces = try await forms.superuser { database in
                try await database.query(
                    """
                    SELECT 1 FROM forms.form_responses WHERE user_id IS NOT NULL
                    UNION ALL SELECT 1 FROM forms.outbox WHERE data::text LIKE \("%\(student.id)%")
                    """,
                    scope: .none
                ).count
            }
            #expect(traces == 0)
            #expect(try await forms.responses(of: form.id, by: author).pagination.total == 1)
        }
    }

    @Test("An option is taken as often as its quota says, over edits and deletions")
    func quotas() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.checkboxes, options: ["a", "b"], quotas: ["a": 2])
            let form = try await forms.published([page(asked)], by: author)
            let first = try await forms.submit(form.id, [asked.id: ["a", "b"]], by: forms.user())
            _ = try await forms.submit(form.id, [asked.id: ["a"]], by: forms.user())
            let submit = { (options: JSONValue) in
                try await refusal { try await forms.submit(form.id, [asked.id: options], by: forms.user()) }
            }
            #expect(try await submit(["b", "a"]) == .optionFull)
            #expect(try await submit(["b"]) == nil)
            try await forms.deleteResponse(first.id, of: form.id, by: author)
            #expect(try await submit(["a"]) == nil)
            #expect(try await submit(["a"]) == .optionFull)
            // A quota that comes later counts what was chosen before.
            let patch: JSONValue = [
                "id": .string("\(form.id)"), "questionId": .string("\(asked.id)"),
                "options": [["value": "a"], ["value": "b", "quota": 2]],
            ]
            try await forms.call(UpdateQuestion.read(patch), as: author)
            #expect(try await submit(["a", "b"]) == nil)
            #expect(try await submit(["b"]) == .optionFull)
            #expect(try await submit(["a"]) == nil)
            #expect(try await forms.responses(of: form.id, by: author).pagination.total == 5)
        }
    }

    @Test("A response from when the question had rows instead of options frees no place of theirs")
    func rowsBefore() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.matrix, options: ["x", "y"], rows: ["a", "b"])
            let form = try await forms.published([page(asked)], by: author)
            let first = try await forms.submit(form.id, [asked.id: ["a": "x", "b": "y"]], by: forms.user())
            let patch: JSONValue = [
                "id": .string("\(form.id)"), "questionId": .string("\(asked.id)"), "type": "multiple-choice",
                "options": [["value": "a", "quota": 1], ["value": "b"]], "rows": [],
            ]
            try await forms.call(UpdateQuestion.read(patch), as: author)
            try await forms.deleteResponse(first.id, of: form.id, by: author)
            _ = try await forms.submit(form.id, [asked.id: "a"], by: forms.user())
            let second = try await refusal { try await forms.submit(form.id, [asked.id: "a"], by: forms.user()) }
            #expect(second == .optionFull)
        }
    }

    @Test("Responses are listed for owners, by pages and by cursors that stay true while responses come in")
    func listing() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.number)
            let form = try await forms.published([page(asked)], by: author)
            #expect(try await forms.responses(of: form.id, by: author).items.isEmpty)
            let start = Timestamp.now()
            func submit(_ number: Int) async throws {
                // Two share each instant, so that the id decides between them.
                let time = start + .milliseconds(number / 2)
                _ = try await forms.submit(
                    form.id,
                    [asked.id: .integer(number)],
                    by: forms.user(),
                    receivedAt: time
                )
            }
            for number in 0..<9 { try await submit(number) }
            func numbers(_ page: Page<FormResponse>) throws -> [Int] {
                try page.items.map { try JSONParser.parse($0.answers.bytes)["\(asked.id)"]?.intValue ?? -1 }
            }
            let second = try await forms.responses(of: form.id, by: author, page: PageRequest(page: 2, limit: 4))
            #expect(second.pagination.total == 9)
            #expect(second.pagination.totalPages == 3)
            #expect(second.items.count == 4)
            var walked: [Int] = []
            var cursor: PageCursor?
            repeat {
                let page = try await forms.responses(
                    of: form.id,
                    by: author,
                    page: PageRequest(limit: 4, cursor: cursor)
                )
                walked += try numbers(page)
                cursor = page.pagination.nextCursor
                try await submit(100 + walked.count)
            } while cursor != nil
            #expect(walked.count == 9)
            #expect(walked.map { $0 / 2 } == [4, 3, 3, 2, 2, 1, 1, 0, 0])
            #expect(Set(walked) == Set(0..<9))
            let ascending = try await forms.responses(
                of: form.id,
                by: author,
                page: PageRequest(limit: 2),
                sort: Sort(.submittedAt)
            )
            #expect(Set(try numbers(ascending)) == [0, 1])
            #expect(try await refusal { try await forms.responses(of: form.id, by: forms.user()) } == .forbidden)
            #expect(
                try await refusal { try await forms.responses(of: form.id, by: forms.author(at: UniversityID())) }
                    == .notFound
            )
        }
    }

    @Test("No answers are read for users without access to them")
    func answersAreNotReadForOthers() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = try await forms.society(of: officer)
            let pages = [page(question(.yesNo))]
            let survey = try await forms.published(pages, by: forms.author())
            let form = try await forms.published([page(question(.yesNo))], by: officer, society: society.cast())
            #expect(try await forms.responses(of: form.id, by: officer).items.isEmpty)
            // From here on, any statement that names the table fails.
            try await forms.execute("ALTER TABLE forms.form_responses RENAME TO hidden")
            for id in [survey.id, form.id] {
                #expect(try await refusal { try await forms.responses(of: id, by: forms.user()) } == .forbidden)
            }
            #expect(try await refusal { try await forms.responses(of: form.id, by: officer) } == .internalError)
        }
    }
}
