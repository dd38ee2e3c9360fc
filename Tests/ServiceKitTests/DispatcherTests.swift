import Contracts
import Mesh
import Postgres
import TestKit
import Testing

@testable import ServiceKit

@Suite("From request to reply")
struct DispatcherTests {
    @Test("A service's list and its handlers name the same operations, each once")
    func listedOperations() async throws {
        try await withOperationLab { lab in
            let operations = lab.handlers.map { type(of: $0).operation }
            let first = operations[0].contract.name
            func faults(_ listed: [any ServiceOperation.Type], of service: String = "lab") -> [String] {
                ServiceAPI(service, operations: listed).faults(lab.handlers)
            }
            #expect(faults(operations) == [])
            #expect(faults(operations + [KeepText.self]) == ["lab.keep has no handler"])
            #expect(faults(operations + [GetTenantUsage.self]) == ["lab.tenant.usage has no handler"])
            #expect(faults(Array(operations.dropFirst())) == ["\(first) has a handler and is not listed"])
            #expect(faults(operations + [operations[0]]) == ["\(first) is listed twice"])
            #expect(faults(operations, of: "other").count == operations.count)
            let handlers = lab.handlers + [lab.handlers[0]]
            #expect(ServiceAPI("lab", operations: operations).faults(handlers) == ["\(first) has two handlers"])
        }
    }

    @Test("A violated constraint becomes the refusal that the service declares, and any other stays a fault")
    func refusals() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let database = ServiceDatabase(lab.database, refusals: ["officers_pkey": ServiceError(.conflict)])
            func insert(_ id: UserID?) async throws {
                _ = try await database.transaction(.system("lab", logger: .silent), scope: TenantScope.none) {
                    try await $0.execute("INSERT INTO officers VALUES (\(id))")
                }
            }
            await #expect(throws: ServiceError(.conflict)) { try await insert(user.id) }
            await #expect(throws: PostgresError.self) { try await insert(nil) }
        }
    }

    @Test("If-Match and If-None-Match are held against what exists")
    func preconditions() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let id = LabNoteID()
            func put(_ headers: (String, String)..., checks: Bool = true) async -> Int {
                await lab.send(ReplaceNote(id: id, text: "t", checks: checks), as: user, headers: headers).status
            }
            #expect(await put(("if-match", "*")) == 412)
            #expect(await put(("if-match", "\"1\"")) == 412)
            #expect(await put(("if-none-match", "*")) == 200)
            #expect(await put(("if-none-match", "*")) == 412)
            #expect(await put(("if-none-match", "\"1\"")) == 412)
            #expect(await put(("if-match", "\"7\"")) == 412)
            #expect(await put(("if-match", "\"7\", W/\"1\"")) == 200)
            #expect(await put(("if-match", "*")) == 200)
            #expect(await put(("if-match", "\"3\""), ("if-none-match", "\"2\"")) == 200)
            #expect(await put(("if-match", "\"4\""), checks: false) == 412)
            #expect(await put(checks: false) == 200)
            let revision: Int = try await lab.database.one("SELECT revision FROM notes", scope: .none)["revision"]
            #expect(revision == 5)
        }
    }

    @Test("What has no revision is held against the tag of its content")
    func contentTags() throws {
        let value = GetSetting.Setting(name: try #require(Name("A")), since: Timestamp(microseconds: 0))
        func context(_ tag: String) -> RequestContext {
            RequestContext(requestID: "t", caller: "gateway", precondition: tag, logger: .silent)
        }
        #expect(throws: Never.self) { try context(EntityTag.of(value)).checkPrecondition(content: value) }
        #expect(throws: ServiceError.self) { try context("\"other\"").checkPrecondition(content: value) }
        let tag: String = EntityTag.of(value)
        #expect(throws: Never.self) { try context(tag).checkPrecondition(tag) }
    }

    @Test("An unknown name in fields is a fault; known ones trim")
    func fields() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            try await lab.database.execute("INSERT INTO notes (id, text) VALUES (\(LabNoteID()), 'x')", scope: .none)
            let list = ListNotes(page: PageRequest())
            for text in ["nosuch", "text,nosuch", "", ",", "te\u{301}xt", "TEXT"] {
                let reply = await lab.send(list, as: user, query: [("fields", text)])
                #expect(reply.failure?.code == "VALIDATION_ERROR", "\(text)")
                #expect(reply.failure?.details.map(\.field) == ["fields"])
            }
            let reply = await lab.send(list, as: user, query: [("fields", "text")])
            let items = try JSONParser.parse(reply.body)["data"]?.arrayValue
            #expect(items == [["text": "x"]])
        }
    }

    @Test("A row that can't be read is left out of a list, counted, and 500 alone")
    func unreadableRows() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            for number in 1...5 {
                try await lab.database.execute(
                    "INSERT INTO notes (id, text, changed) VALUES (\(LabNoteID()), \("n\(number)"), 'infinity')",
                    scope: .none
                )
            }
            for document in [#"{"name": "", "since": "2026-01-01T00:00:00Z"}"#, "[]"] {
                try await lab.database.execute(
                    "INSERT INTO settings VALUES ('a', \(PostgresJSON(document))) ON CONFLICT (name) DO UPDATE SET document = excluded.document",
                    scope: .none
                )
                let reply = await lab.send(GetSetting(name: Code(unchecked: "a")), as: user)
                #expect(reply.status == 500 && reply.failure?.details.isEmpty == true)
            }
            struct Changed: PostgresRowDecodable {
                init(row: PostgresRow) throws {
                    let _: Timestamp = try row["changed"]
                }
            }
            let before = UnreadableRows.shared.count
            let sql = lab.database.scoped(to: .none)
            #expect(try await sql.all("SELECT changed FROM notes", as: Changed.self).isEmpty)
            try await lab.database.execute("UPDATE notes SET changed = '20000-01-01' WHERE text = 'n1'", scope: .none)
            try await lab.database.execute("UPDATE notes SET changed = now() WHERE text = 'n2'", scope: .none)
            #expect(try await sql.all("SELECT changed FROM notes", as: Changed.self).count == 1)
            #expect(UnreadableRows.shared.count >= before + 9)
            let error = await #expect(throws: PostgresError.self) {
                try await sql.all("SELECT text FROM notes", as: Changed.self)
            }
            #expect(error?.kind == .decoding)
        }
    }

    @Test("A page that lacks unreadable rows still leads to the next")
    func pagesWithUnreadableRows() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            for number in 0..<9 {
                let revision = number.isMultiple(of: 2) ? 1 : -1
                try await lab.database.execute(
                    "INSERT INTO notes (id, text, revision) VALUES (\(LabNoteID()), \("n\(number)"), \(revision))",
                    scope: .none
                )
            }
            struct Positive: PostgresRowDecodable, ContractObject {
                let id: LabNoteID
                let text: String
                init(row: PostgresRow) throws {
                    guard try row["revision"] == 1 else { throw PostgresError.unreadable("the revision is negative") }
                    (id, text) = (try row["id"], try row["text"])
                }
            }
            var seen: [String] = []
            var cursor: PageCursor?
            repeat {
                let request = PageRequest(limit: 3, cursor: cursor)
                let keyset = try Keyset("text", as: .text, descending: false, page: request)
                let rows = try await lab.database.query(
                    keyset.select("id, text, revision", "FROM notes WHERE true"),
                    scope: .none
                )
                let page = try keyset.page(reading: rows, total: 9, as: Positive.self)
                seen += page.items.map(\.text)
                cursor = page.pagination.nextCursor
            } while cursor != nil
            #expect(seen == ["n0", "n2", "n4", "n6", "n8"])
            _ = user
        }
    }

    @Test("A cursor is a place that PostgreSQL has, or is refused")
    func cursorTimes() async throws {
        try await withOperationLab { lab in
            func select(after key: String) async throws -> Int {
                let page = PageRequest(cursor: PageCursor(key: key, id: "\(LabNoteID())"))
                let keyset = try Keyset("now()", as: .time, descending: false, page: page)
                return try await lab.database.query(keyset.select("id", "FROM notes WHERE true"), scope: .none).count
            }
            for key in ["-210866803200000000", "0", String(Int64.max), "infinity", "-infinity"] {
                let found = try await select(after: key)
                #expect(found == 0, "\(key)")
            }
            for key in ["-210866803200000001", String(Int64.min), "9223372036854775808", "x", ""] {
                await #expect(throws: ValidationError.self, "\(key)") { _ = try await select(after: key) }
            }
        }
    }

    @Test("Totals and page numbers reach 10,000 rows, and cursors all of them")
    func longLists() async throws {
        try await withOperationLab { lab in
            let count = Keyset.reach + 150
            try await lab.database.execute(
                """
                INSERT INTO notes (id, text)
                SELECT gen_random_uuid(), lpad(number::text, 5, '0') FROM generate_series(1, \(count)) AS number
                """,
                scope: .none
            )
            func list(_ page: PageRequest, _ matching: SQL = "FROM notes WHERE true") async throws -> Page<Note> {
                let keyset = try Keyset("text", as: .text, descending: false, page: page)
                return try await keyset.read(
                    "id, text, revision",
                    matching,
                    from: lab.database.scoped(to: TenantScope.none)
                )
            }
            var page = try await list(PageRequest(page: 100, limit: 100))
            #expect(page.items.first?.text == "09901")
            #expect(page.pagination.total == Keyset.reach && page.pagination.totalPages == 100)
            for refused in [PageRequest(page: 101, limit: 100), PageRequest(page: 1_000_000, limit: 1)] {
                let error = await #expect(throws: ValidationError.self) { _ = try await list(refused) }
                #expect(error?.details.map(\.field) == ["page"])
                #expect(error?.details.first?.message.contains("nextCursor") == true)
            }
            var texts = page.items.map(\.text)
            while let cursor = page.pagination.nextCursor {
                page = try await list(PageRequest(limit: 100, cursor: cursor))
                texts += page.items.map(\.text)
            }
            #expect(texts.count == 250 && texts.last == String(count))

            // The page that ends a list knows the total, and one beyond the end counts.
            let few: SQL = "FROM notes WHERE text <= '00007'"
            for (request, shown) in [
                (PageRequest(), 7), (PageRequest(page: 2, limit: 4), 3), (PageRequest(limit: 7), 7),
                (PageRequest(limit: 3), 3), (PageRequest(page: 9), 0),
            ] {
                let part = try await list(request, few)
                #expect(part.items.count == shown && part.pagination.total == 7, "\(request)")
            }
            let none = try await list(PageRequest(), "FROM notes WHERE false")
            #expect(none.pagination.total == 0 && none.items.isEmpty)
        }
    }

    @Test("A single resource has a tag, its own or a hash, and If-None-Match is answered 304")
    func tags() async throws {
        try await withOperationLab { lab in
            let user = try await lab.user()
            let document = #"{"name": "A", "since": "2026-01-01T00:00:00Z"}"#
            try await lab.database.execute("INSERT INTO settings VALUES ('a', \(PostgresJSON(document)))", scope: .none)
            let operation = GetSetting(name: Code(unchecked: "a"))
            let reply = await lab.send(operation, as: user)
            let tag = try #require(reply.headers.first(named: "etag"))
            #expect(await lab.send(operation, as: user, headers: [("if-none-match", tag)]).status == 304)
            try await lab.database.execute(
                "UPDATE settings SET document = document || '{\"name\": \"B\"}'",
                scope: .none
            )
            let changed = await lab.send(operation, as: user, headers: [("if-none-match", tag)])
            #expect(changed.status == 200 && changed.headers.first(named: "etag") != tag)
            var components = SchemaComponents()
            #expect(GetSetting.describe(&components).isVersioned == true)
            #expect(ListNotes.describe(&components).isVersioned == false)
            let list = await lab.send(ListNotes(page: PageRequest()), as: user)
            #expect(list.headers.first(named: "etag") == nil)
        }
    }

    @Test("A value at the edges of its type reads back from jsonb", arguments: Seed.batch(100))
    func jsonb(seed: Seed) async throws {
        try await JSONBLab.shared.roundTrip(seed)
    }
}

/// One database for all seeds.
actor JSONBLab {
    static let shared = JSONBLab()

    struct Sample: ContractObject, Equatable {
        let name: Name
        let note: Description?
        let plain: String?
        let time: Timestamp
        let day: CalendarDate?
        let ratio: Double?
        let count: Int
        let answer: JSONValue
        let document: RawJSON?
        let answers: [String: JSONValue]
        let names: [Name]
    }

    func roundTrip(_ seed: Seed) async throws {
        let value = try #require(try ExtremeValues(of: Sample.self).value(seed))
        let read: Sample = try await shared().one(
            "SELECT \(Stored(value)) AS value, \(value.time) AS time, \(value.day) AS day",
            scope: .none
        ).sample()
        // jsonb sorts names and writes numbers its own way, so that only the typed parts are the same.
        #expect(
            read.name == value.name && read.time.description == value.time.description && read.day == value.day
                && read.names == value.names
        )
        #expect(read.ratio == value.ratio && read.plain == value.plain)
    }

    private var database: Database?

    private func shared() async throws -> Database {
        if let database { return database }
        let made = Database(configuration: try await TestDatabase.make().superuserConfiguration, logger: .silent)
        database = made
        return made
    }
}

extension PostgresRow {
    fileprivate func sample() throws -> JSONBLab.Sample {
        let stored: Stored<JSONBLab.Sample> = try self["value"]
        let time: Timestamp = try self["time"]
        let day: CalendarDate? = try self["day"]
        guard stored.value.time.description == time.description, stored.value.day == day else {
            throw PostgresError.unreadable("times differ")
        }
        return stored.value
    }
}
