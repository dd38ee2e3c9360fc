import Contracts
import FormsContracts
import Postgres
import ServiceKit
import SocietiesContracts
import TestKit
import Testing

@testable import Forms

@Suite("What is stored and read", .serialized, .timeLimit(.minutes(3))) struct StorageTests {
    @Test("Versions that nobody answered go, those with answers stay")
    func versionsArePruned() async throws {
        try await withForms { forms in
            let author = forms.author()
            let asked = question(.yesNo)
            let form = try await forms.published([page(asked)], by: author)
            _ = try await forms.submit(form.id, [asked.id: true], by: forms.user())
            for number in 0..<30 { _ = try await forms.change(form.id, by: author, ["title": .string("T\(number)")]) }
            let versions: [Int32] = try await forms.superuser { database in
                try await database.query("SELECT version FROM forms.form_versions ORDER BY version", scope: .none)
                    .map { try $0["version"] }
            }
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
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    INSERT INTO forms.form_versions (form_id, version, tenant_id, document, published_at, is_answered)
                    SELECT form_id, number, tenant_id, document, published_at, true
                    FROM forms.form_versions, generate_series(1001, 1199) AS number
                    """,
                    scope: .none
                )
            }
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
            try await forms.superuser { database in
                _ = try await database.execute("DELETE FROM forms.form_versions WHERE version > 1000", scope: .none)
            }
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
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    UPDATE forms.form_responses SET answers_bytes = NULL, answers = jsonb_build_object(\("\(asked.id)"), repeat('x', 1000000))
                    """,
                    scope: .none
                )
            }
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

    @Test("One person's large responses to a form end at 8 MiB")
    func largeResponses() async throws {
        try await withForms { forms in
            let asked = question(.longText)
            let form = try await forms.published([page(asked)], by: forms.author())
            let student = forms.user()
            _ = try await forms.submit(form.id, [asked.id: "short"], by: student)
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    UPDATE forms.form_responses SET answers_bytes = NULL, answers = jsonb_build_object(\("\(asked.id)"), repeat('x', 8388608))
                    """,
                    scope: .none
                )
            }
            let large = JSONValue.string(String(repeating: "a", count: 15_000))
            #expect(
                try await refusal { try await forms.submit(form.id, [asked.id: large], by: student) } == .quotaExceeded
            )
            #expect(try await refusal { try await forms.submit(form.id, [asked.id: large], by: forms.user()) } == nil)
        }
    }

    @Test("A form holds 256 MiB of responses, and 8 MiB per person beyond 64 MiB", arguments: [false, true])
    func responsesAreBounded(isAnonymous: Bool) async throws {
        try await withForms { forms in
            let (author, student) = (forms.author(), forms.user())
            let asked = question(.shortText)
            let form = try await forms.published(
                [page(asked)],
                by: author,
                settings: FormSettings(anonymous: Flag(isAnonymous))
            )
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: "short"], by: user) }
            }
            let set = { (bytes: Int) in
                try await forms.superuser { database in
                    _ = try await database.execute("UPDATE forms.form_intake SET bytes = \(bytes)", scope: .none)
                }
            }
            #expect(try await submit(student) == nil)
            let weight = try await forms.superuser { database in
                try await database.one("SELECT bytes FROM forms.form_intake", scope: .none)["bytes"] as Int
            }
            #expect((256...400).contains(weight))
            try await set((256 << 20) - weight)
            #expect(try await submit(student) == nil)
            #expect(try await submit(student) == .quotaExceeded)
            // Deleting a response frees its bytes.
            let first = try #require(try await forms.responses(of: form.id, by: author).items.first)
            try await forms.deleteResponse(first.id, of: form.id, by: author)
            #expect(try await submit(student) == nil)
            try await set((64 << 20) + 1)
            try await forms.superuser { database in
                _ = try await database.execute("UPDATE forms.form_responses SET answers_bytes = 8388608", scope: .none)
            }
            #expect(try await submit(student) == (isAnonymous ? nil : .quotaExceeded))
            #expect(try await submit(forms.user()) == nil)
            // Many small responses count too.
            let busy = forms.user()
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    INSERT INTO forms.form_responses (id, form_id, tenant_id, form_version, user_id, is_only, answers,
                        answers_bytes, submitted_at)
                    SELECT gen_random_uuid(), \(form.id), \(forms.university), 1, \(busy.id), false, '{}'::jsonb, 2, now()
                    FROM generate_series(1, 4096)
                    """,
                    scope: .none
                )
            }
            #expect(try await submit(busy) == (isAnonymous ? nil : .quotaExceeded))
            try await set(64 << 20)
            #expect(try await submit(student) == nil)
        }
    }

    @Test("One person's share shrinks as a form fills up, so that a few people cannot fill it")
    func personalShares() async throws {
        try await withForms { forms in
            let (busy, other) = (forms.user(), forms.user())
            let asked = question(.shortText)
            let form = try await forms.published([page(asked)], by: forms.author())
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: "short"], by: user) }
            }
            let set = { (bytes: Int) in
                try await forms.superuser { database in
                    _ = try await database.execute("UPDATE forms.form_intake SET bytes = \(bytes)", scope: .none)
                }
            }
            #expect(try await submit(busy) == nil)
            try await forms.superuser { database in
                _ = try await database.execute("UPDATE forms.form_responses SET answers_bytes = 1048576", scope: .none)
            }
            try await set((64 << 20) + 1)
            #expect(try await submit(busy) == nil)
            try await set(224 << 20)
            #expect(try await submit(busy) == .quotaExceeded)
            #expect(try await submit(other) == nil)
            // The last of the storage is for small answers of many people.
            try await set((256 << 20) - (32 << 10))
            for _ in 0..<3 { #expect(try await submit(other) == nil) }
            try await forms.superuser { database in
                _ = try await database.execute(
                    "UPDATE forms.form_responses SET answers_bytes = 32768 WHERE user_id = \(other.id)",
                    scope: .none
                )
            }
            #expect(try await submit(other) == .quotaExceeded)
            #expect(try await submit(forms.user()) == nil)
        }
    }

    @Test("One person may send 8 MiB a day to an anonymous form, counted in memory only")
    func anonymousShares() async throws {
        try await withForms { forms in
            let (student, other) = (forms.user(), forms.user())
            let asked = question(.shortText)
            let form = try await forms.published(
                [page(asked)],
                by: forms.author(),
                settings: FormSettings(maxResponses: Whole(2), anonymous: true)
            )
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: "short"], by: user) }
            }
            let shares = forms.submitter.shares
            try shares.take((8 << 20) - 8_192, of: student.id, in: form.id)
            #expect(try await submit(student) == nil)
            #expect(try await submit(other) == nil)
            #expect(try await submit(student) == .formFull)
            // A refused answer counts nothing.
            try shares.take(4_096, of: student.id, in: form.id)
            #expect(try await submit(student) == .quotaExceeded)
            #expect(try await submit(other) == .formFull)
            let tomorrow = ContinuousClock.now + .seconds(86_400)
            try shares.take(8 << 20, of: student.id, in: form.id, now: tomorrow)
            #expect(throws: ServiceError.self) {
                try shares.take(1, of: student.id, in: form.id, now: tomorrow)
            }
            try shares.take(1, of: student.id, in: FormID(), now: tomorrow)
        }
    }

    @Test("Responses from before forms had a limit of bytes count towards it")
    func earlierResponses() async throws {
        try await withForms { forms in
            let (asked, other) = (question(.shortText), question(.yesNo))
            let form = try await forms.published([page(asked)], by: forms.author())
            _ = try await forms.published([page(other)], by: forms.author())
            for text in ["short", String(repeating: "é", count: 300)] {
                _ = try await forms.submit(form.id, [asked.id: .string(text)], by: forms.user())
            }
            let bytes = {
                try await forms.superuser { database in
                    try await database.query("SELECT bytes FROM forms.form_intake ORDER BY form_id", scope: .none)
                        .map { try $0["bytes"] as Int }
                }
            }
            let counted = try await bytes()
            #expect(counted.count == 2 && counted.contains(0) && counted.contains { $0 > 1_100 })
            let migrator = forms.testDatabase.migrator(of: "forms", serviceKitMigrations + formsMigrations)
            _ = try await migrator.down(to: 6)
            _ = try await migrator.up()
            #expect(try await bytes() == counted)
        }
    }

    @Test("A society has room for 500 forms")
    func formsOfASociety() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society: FormEntityID = forms.societies.add(officer: officer.id, university: forms.university).cast()
            let form = try await forms.draft([], by: officer, society: society)
            try await forms.superuser { database in
                _ = try await database.execute(
                    """
                    INSERT INTO forms.forms (id, tenant_id, title, entity_type, entity_id, status, is_public, settings,
                        version, revision, created_by, created_at, updated_at, document)
                    SELECT gen_random_uuid(), tenant_id, title, entity_type, entity_id, status, is_public, settings,
                        version, revision, created_by, created_at, updated_at, document
                    FROM forms.forms, generate_series(1, 499) WHERE id = \(form.id)
                    """,
                    scope: .none
                )
            }
            #expect(try await refusal { try await forms.draft([], by: officer, society: society) } == .quotaExceeded)
            let copy = try await refusal {
                try await DuplicateFormHandler(database: forms.database, access: forms.access)
                    .handle(DuplicateForm(id: form.id), context: forms.context(officer))
            }
            #expect(copy == .quotaExceeded)
        }
    }

    @Test("A society that awaits moderation may have ten forms, copies included")
    func formsOfAPendingSociety() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let entity: FormEntityID = society.cast()
            forms.societies.change(society) { $0?.status = .pending }
            let first = try await forms.draft([], by: officer, society: entity)
            for _ in 1..<10 { _ = try await forms.draft([], by: officer, society: entity) }
            let make = { try await refusal { try await forms.draft([], by: officer, society: entity) } }
            let copy = {
                try await refusal {
                    try await DuplicateFormHandler(database: forms.database, access: forms.access)
                        .handle(DuplicateForm(id: first.id), context: forms.context(officer))
                }
            }
            #expect(try await make() == .quotaExceeded)
            #expect(try await copy() == .quotaExceeded)
            forms.societies.change(society) { $0?.status = .active }
            forms.access.societies.forget(society, at: forms.university)
            #expect(try await make() == nil)
            #expect(try await copy() == nil)
        }
    }

    @Test("While its society awaits moderation, a small form stays small and a large one may only shrink")
    func sizeInAPendingSociety() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = forms.societies.add(officer: officer.id, university: forms.university)
            let entity: FormEntityID = society.cast()
            let options = (0..<10).map { "\($0)" + String(repeating: "x", count: 190) }
            // About 4 KiB per question.
            func pages(of questions: Int) -> [FormPage] {
                [page((0..<questions).map { _ in question(.dropdown, options: options) })]
            }
            func change(_ form: Form, toQuestions count: Int) async throws -> ErrorCode? {
                let inputs = try pages(of: count).map { try JSONParser.parse($0.jsonBytes) }
                return try await refusal { try await forms.change(form.id, by: officer, ["pages": .array(inputs)]) }
            }
            let large = try await forms.draft(pages(of: 60), by: officer, society: entity)
            forms.societies.change(society) { $0?.status = .pending }
            forms.access.societies.forget(society, at: forms.university)
            let creation = try await refusal { try await forms.draft(pages(of: 40), by: officer, society: entity) }
            #expect(creation == .validation)
            let small = try await forms.draft([], by: officer, society: entity)
            #expect(try await change(small, toQuestions: 40) == .validation)
            #expect(try await change(small, toQuestions: 4) == nil)
            #expect(try await change(large, toQuestions: 50) == nil)
            #expect(try await change(large, toQuestions: 60) == .validation)
            forms.societies.change(society) { $0?.status = .active }
            forms.access.societies.forget(society, at: forms.university)
            #expect(try await change(small, toQuestions: 40) == nil)
        }
    }

    @Test("A row that can't be read is left out of lists, and hides no others")
    func unreadableRows() async throws {
        try await withForms { forms in
            let author = forms.author()
            let broken = try await forms.published([page(question(.yesNo))], by: author)
            let sound = try await forms.published([page(question(.yesNo))], by: author)
            try await forms.superuser { database in
                _ = try await database.execute(
                    "UPDATE forms.forms SET settings = '{\"maxResponses\": -1}' WHERE id = \(broken.id)",
                    scope: .none
                )
            }
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
            try await forms.superuser { database in
                _ = try await database.execute("UPDATE forms.form_option_counters SET responses = 4", scope: .none)
            }
            _ = try await forms.change(form.id, by: author, ["title": "Another"])
            let patch: JSONValue = [
                "id": .string("\(form.id)"), "questionId": .string("\(many.id)"),
                "options": [["value": "a", "quota": 9], ["value": "b", "quota": 9], ["value": "c", "quota": 9]],
            ]
            _ = try await UpdateQuestionHandler(editor: forms.editor)
                .handle(UpdateQuestion.read(patch), context: forms.context(author))
            let counters = try await forms.superuser { database in
                try await database.query(
                    "SELECT responses FROM forms.form_option_counters ORDER BY question_id = \(one.id) DESC, option_value",
                    scope: .none
                ).map { try $0["responses"] as Int }
            }
            #expect(counters == [4, 3, 3, 0])
        }
    }
}
