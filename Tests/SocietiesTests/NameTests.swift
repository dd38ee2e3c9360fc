import Contracts
import Postgres
import ServiceKit
import SocietiesContracts
import TestKit
import Testing

@testable import Societies

@Suite("Names of societies", .timeLimit(.minutes(10)))
struct NameTests {
    @Test(
        "A name that looks or counts like another is taken",
        arguments: [
            "Straße Ⅳ Club", "STRASSE IV CLUB", "Stra\u{200B}sse IV Club", "Ｓｔｒａｓｓｅ　ⅳ　Club", "straſſe iv\u{2003}club",
            "Strasse IV Club\u{FE0F}", "St\u{34F}rasse IV Club", "STRAẞE IV CLUB",
        ]
    )
    func imitations(name: String) async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            _ = try await societies.found("Strasse IV Club", by: founder)
            #expect(try await refusal { try await societies.found(name, by: founder) } == .societyNameTaken)
            let other = try await societies.found("Another", by: founder)
            let rename = UpdateSociety(id: other.id, name: .set(try #require(Name(name))))
            #expect(try await refusal { try await societies.call(rename, as: founder) } == .societyNameTaken)
        }
    }

    @Test(
        "A name that overrides the writing direction is refused, even with balanced marks",
        arguments: ["\u{202E}", "\u{202D}"]
    )
    func overriddenDirection(mark: String) async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let name = "\(mark)bulC ssehC\u{202C}"
            #expect(try await refusal { try await societies.found(name, by: founder) } == .validation)
            let society = try await societies.found("Go Club", by: founder)
            let rename = UpdateSociety(id: society.id, name: .set(try #require(Name(name))))
            #expect(try await refusal { try await societies.call(rename, as: founder) } == .validation)
            // Marks that don't reorder letters are accepted.
            #expect(try await refusal { try await societies.found("\u{2067}שלום\u{2069} club", by: founder) } == nil)
        }
    }

    @Test("Composed and decomposed names are one, and a search finds both")
    func normalForms() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            _ = try await societies.activeSociety("Café Ὀδυσσεύς", by: founder)
            #expect(
                try await refusal { try await societies.found("Cafe\u{301} ὈΔΥΣΣΕΎΣ", by: founder) }
                    == .societyNameTaken
            )
            for q in ["CAFE\u{301}", "café", "ὈΔΥΣΣΕΎΣ", "ὀδυσσεύσ", "ｃａｆ", "ca\u{200D}fé"] {
                let request = ListSocieties(q: SearchText(q))
                let page = try await societies.call(request)
                #expect(page.items.count == 1, "\(q)")
            }
            for q in ["％", "%", "_", "cafés"] {
                let request = ListSocieties(q: SearchText(q))
                let page = try await societies.call(request)
                #expect(page.items.isEmpty, "\(q)")
            }
        }
    }

    @Test("A name whose compared form has more than 200 characters is refused at its field")
    func expansion() async throws {
        try await withSocieties { societies in
            let request = CreateSociety(name: try #require(Name(String(repeating: "\u{FDFA}", count: 200))))
            let error = await #expect(throws: ServiceError.self) {
                try await societies.call(request, as: societies.student())
            }
            #expect(error?.details.map(\.field) == ["name"])
        }
    }

    @Test("A list continues after a name whose folded form has more combining marks than a text may have")
    func walking() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let marks = String(repeating: "\u{301}", count: StreamSafeText.longestRun)
            for name in ["Before", "K\u{958}\(marks)", "Zoology"] {
                _ = try await societies.activeSociety(name, by: founder)
            }
            var found: [Society] = []
            var cursor: PageCursor?
            repeat {
                let query = [("limit", "1")] + (cursor.map { [("cursor", $0.text)] } ?? [])
                let request = try ListSocieties.decode(OperationInput(query: query))
                let page = try await societies.call(request)
                found += page.items
                cursor = page.pagination.nextCursor
            } while cursor != nil
            #expect(found.map(\.name.text) == ["Before", "K\u{958}\(marks)", "Zoology"])
        }
    }

    @Test("Societies that were named alike before go on, and only the first holds the name")
    func migration() async throws {
        let before = societiesMigrations.filter { $0.version < 3 }
        let service = TestService("societies", migrations: serviceKitMigrations + before)
        try await withTestDatabase(services: [service]) { testDatabase in
            try await withDatabase(testDatabase.superuserConfiguration) { database in
                let university = UniversityID()
                for name in ["Chess", "Che\u{200B}ss", "𝐂𝐡𝐞𝐬𝐬", String(repeating: "\u{FDFA}", count: 100), "Go"] {
                    try await database.execute(
                        """
                        INSERT INTO societies.societies
                            (id, tenant_id, created_by, name, name_folded, search_folded, slug, visibility)
                        VALUES (\(SocietyID()), \(university), \(UserID()), \(name), \(name), '', \(name), 'public')
                        """,
                        scope: .platform
                    )
                }
            }
            try await testDatabase.migrator(of: "societies", serviceKitMigrations + societiesMigrations).up()
            try await withDatabase(testDatabase.superuserConfiguration) { database in
                let shared = try await database.query(
                    "SELECT shares_name FROM societies.societies ORDER BY created_at, id",
                    scope: .platform
                ).map { try $0["shares_name"] as Bool }
                #expect(shared == [false, true, true, true, false])
                // A society that had its name before can still be counted and edited.
                try await database.execute("UPDATE societies.societies SET member_count = 7", scope: .platform)
            }
        }
    }
}
