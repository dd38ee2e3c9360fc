import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("Limits of what is stored", .serialized, .timeLimit(.minutes(10))) struct StorageLimitTests {
    @Test("One person's large responses to a form end at 8 MiB")
    func largeResponses() async throws {
        try await withForms { forms in
            let asked = question(.longText)
            let form = try await forms.published([page(asked)], by: forms.author())
            let student = forms.user()
            _ = try await forms.submit(form.id, [asked.id: "short"], by: student)
            try await forms.execute(
                """
                UPDATE forms.form_responses SET answers_bytes = NULL, answers = jsonb_build_object(\("\(asked.id)"), repeat('x', 8388608))
                """
            )
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
            #expect(try await submit(student) == nil)
            let weight = try await forms.superuser { database in
                try await database.one("SELECT bytes FROM forms.form_intake", scope: .none)["bytes"] as Int
            }
            #expect((256...400).contains(weight))
            try await forms.setStoredBytes((256 << 20) - weight)
            #expect(try await submit(student) == nil)
            #expect(try await submit(student) == .quotaExceeded)
            // Deleting a response frees its bytes.
            let first = try #require(try await forms.responses(of: form.id, by: author).items.first)
            try await forms.deleteResponse(first.id, of: form.id, by: author)
            #expect(try await submit(student) == nil)
            try await forms.setStoredBytes((64 << 20) + 1)
            try await forms.execute("UPDATE forms.form_responses SET answers_bytes = 8388608")
            #expect(try await submit(student) == (isAnonymous ? nil : .quotaExceeded))
            #expect(try await submit(forms.user()) == nil)
            // Many small responses count too.
            let busy = forms.user()
            try await forms.execute(
                """
                INSERT INTO forms.form_responses (id, form_id, tenant_id, form_version, user_id, is_only, answers,
                    answers_bytes, submitted_at)
                SELECT gen_random_uuid(), \(form.id), \(forms.university), 1, \(busy.id), false, '{}'::jsonb, 2, now()
                FROM generate_series(1, 4096)
                """
            )
            #expect(try await submit(busy) == (isAnonymous ? nil : .quotaExceeded))
            try await forms.setStoredBytes(64 << 20)
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
            #expect(try await submit(busy) == nil)
            try await forms.execute("UPDATE forms.form_responses SET answers_bytes = 1048576")
            try await forms.setStoredBytes((64 << 20) + 1)
            #expect(try await submit(busy) == nil)
            try await forms.setStoredBytes(224 << 20)
            #expect(try await submit(busy) == .quotaExceeded)
            #expect(try await submit(other) == nil)
            // The last of the storage is for small answers of many people.
            try await forms.setStoredBytes((256 << 20) - (32 << 10))
            for _ in 0..<3 { #expect(try await submit(other) == nil) }
            try await forms.execute("UPDATE forms.form_responses SET answers_bytes = 32768 WHERE user_id = \(other.id)")
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

    @Test("One person's share of an anonymous form shrinks as it fills up too, counted in memory only")
    func anonymousSharesShrink() async throws {
        try await withForms { forms in
            let (busy, other) = (forms.user(), forms.user())
            let asked = question(.shortText)
            let form = try await forms.published(
                [page(asked)],
                by: forms.author(),
                settings: FormSettings(anonymous: true)
            )
            let submit = { (user: RequestContext.User) in
                try await refusal { try await forms.submit(form.id, [asked.id: "short"], by: user) }
            }
            try forms.submitter.shares.take(1 << 20, of: busy.id, in: form.id)
            try await forms.setStoredBytes((64 << 20) + 1)
            #expect(try await submit(busy) == nil)
            // A 64th of what is left is half a mebibyte.
            try await forms.setStoredBytes(224 << 20)
            #expect(try await submit(busy) == .quotaExceeded)
            #expect(try await submit(other) == nil)
            try await forms.setStoredBytes(64 << 20)
            #expect(try await submit(busy) == nil)
            // Everybody keeps 64 KiB.
            try await forms.setStoredBytes((256 << 20) - (32 << 10))
            #expect(try await submit(other) == nil)
            try forms.submitter.shares.take(60 << 10, of: other.id, in: form.id)
            #expect(try await submit(other) == .quotaExceeded)
            #expect(try await submit(forms.user()) == nil)
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
                try await forms.query("SELECT bytes FROM forms.form_intake ORDER BY form_id").map {
                    try $0["bytes"] as Int
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
            let society: FormEntityID = try await forms.society(of: officer).cast()
            let form = try await forms.draft([], by: officer, society: society)
            try await forms.execute(
                """
                INSERT INTO forms.forms (id, tenant_id, title, entity_type, entity_id, status, is_public, settings,
                    version, revision, created_by, created_at, updated_at, document)
                SELECT gen_random_uuid(), tenant_id, title, entity_type, entity_id, status, is_public, settings,
                    version, revision, created_by, created_at, updated_at, document
                FROM forms.forms, generate_series(1, 499) WHERE id = \(form.id)
                """
            )
            #expect(try await refusal { try await forms.draft([], by: officer, society: society) } == .quotaExceeded)
            let copy = try await refusal { try await forms.call(DuplicateForm(id: form.id), as: officer) }
            #expect(copy == .quotaExceeded)
        }
    }

    @Test("A society's forms and their versions take at most 64 MiB, also when a form grows or is published")
    func bytesOfASociety() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society: FormEntityID = try await forms.society(of: officer).cast()
            let small = page(question(.yesNo))
            let draft = try await forms.draft([small], by: officer, society: society)
            let published = try await forms.published([small], by: officer, society: society)
            let filler = try await forms.draft([], by: officer, society: society)
            // Some 120 KiB.
            let options = (0..<10).map { "\($0)" + String(repeating: "x", count: 190) }
            let large = page((0..<30).map { _ in question(.dropdown, options: options) })
            func make(_ pages: [FormPage]) async throws -> ErrorCode? {
                try await refusal { try await forms.draft(pages, by: officer, society: society) }
            }
            func grow() async throws -> ErrorCode? {
                let pages = try JSONParser.parse(large.jsonBytes)
                return try await refusal { try await forms.change(draft.id, by: officer, ["pages": .array([pages])]) }
            }
            func rename(_ form: Form, _ title: String) async throws -> ErrorCode? {
                try await refusal { try await forms.change(form.id, by: officer, ["title": .string(title)]) }
            }
            func publish() async throws -> ErrorCode? {
                try await refusal { try await forms.take(.publish, draft.id, by: officer) }
            }
            func fillVersion(_ version: Int32, _ bytes: Int32) async throws {
                try await forms.execute(
                    """
                    INSERT INTO forms.form_versions (form_id, version, tenant_id, document, published_at)
                    VALUES (\(filler.id), \(version), \(forms.university), to_json(repeat('x', \(bytes))), now())
                    """
                )
            }
            try await forms.superuser { database in
                // Compressed, the versions would take next to nothing.
                _ = try await database.execute(
                    "ALTER TABLE forms.form_versions ALTER COLUMN document SET STORAGE EXTERNAL",
                    scope: .none
                )
                _ = try await database.execute(
                    "UPDATE forms.forms SET document = to_json(repeat('x', 33554432)) WHERE id = \(filler.id)",
                    scope: .none
                )
            }
            try await fillVersion(1, (32 << 20) - (96 << 10))
            #expect(try await make([large]) == .quotaExceeded)
            #expect(try await make([small]) == nil)
            #expect(try await grow() == .quotaExceeded)
            #expect(try await rename(draft, "A longer title") == nil)
            try await fillVersion(2, 96 << 10)
            #expect(try await make([]) == .quotaExceeded)
            #expect(try await rename(draft, "A still longer title") == .quotaExceeded)
            #expect(try await publish() == .quotaExceeded)
            #expect(try await rename(published, "B") == .quotaExceeded)
            // What adds nothing is still possible.
            #expect(try await rename(draft, "A") == nil)
            #expect(try await forms.take(.close, published.id, by: officer).status == .closed)
            try await forms.execute("DELETE FROM forms.forms WHERE id = \(filler.id)")
            #expect(try await grow() == nil)
            #expect(try await publish() == nil)
            #expect(try await rename(published, "B") == nil)
        }
    }

    @Test("A society that awaits moderation may have ten forms, copies included")
    func formsOfAPendingSociety() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = try await forms.society(of: officer)
            let entity: FormEntityID = society.cast()
            try await forms.unapprove(society)
            let first = try await forms.draft([], by: officer, society: entity)
            for _ in 1..<10 { _ = try await forms.draft([], by: officer, society: entity) }
            let make = { try await refusal { try await forms.draft([], by: officer, society: entity) } }
            let copy = {
                try await refusal { try await forms.call(DuplicateForm(id: first.id), as: officer) }
            }
            #expect(try await make() == .quotaExceeded)
            #expect(try await copy() == .quotaExceeded)
            try await forms.approve(society)
            try await forms.deliverEvents()
            #expect(try await make() == nil)
            #expect(try await copy() == nil)
        }
    }

    @Test("While its society awaits moderation, a small form stays small and a large one may only shrink")
    func sizeInAPendingSociety() async throws {
        try await withForms { forms in
            let officer = forms.user()
            let society = try await forms.society(of: officer)
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
            try await forms.unapprove(society)
            forms.forget(society)
            let creation = try await refusal { try await forms.draft(pages(of: 40), by: officer, society: entity) }
            #expect(creation == .validation)
            let small = try await forms.draft([], by: officer, society: entity)
            #expect(try await change(small, toQuestions: 40) == .validation)
            #expect(try await change(small, toQuestions: 4) == nil)
            #expect(try await change(large, toQuestions: 50) == nil)
            #expect(try await change(large, toQuestions: 60) == .validation)
            try await forms.approve(society)
            try await forms.deliverEvents()
            #expect(try await change(small, toQuestions: 40) == nil)
        }
    }
}

extension ServiceLab {
    /// Sets the bytes that every form counts as stored.
    fileprivate func setStoredBytes(_ bytes: Int) async throws {
        try await execute("UPDATE forms.form_intake SET bytes = \(bytes)")
    }
}
