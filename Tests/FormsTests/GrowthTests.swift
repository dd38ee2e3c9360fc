import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Forms

@Suite("Forms in great number", .timeLimit(.minutes(10)))
struct GrowthTests {
    @Test("A page of a list reads about as many forms as it shows, in every order and of every university")
    func pages() async throws {
        try await withForms { forms in
            let (older, newer) = (UniversityID(), UniversityID())
            for university in [older, newer] { try await forms.fill(10_050, at: university) }
            let scopes: [(TenantScope, UniversityID?)] = [
                (.university(older), older), (.university(newer), newer), (.platform, nil),
            ]
            for field in FormSort.allCases {
                for isDescending in [false, true] {
                    for (scope, university) in scopes {
                        let sort = Sort(field, descending: isDescending)
                        let first = try await forms.measure(ListForms(sort: sort), of: university, in: scope)
                        let cursor = try #require(first.page.pagination.nextCursor)
                        #expect(first.page.items.count == 20 && first.page.pagination.total == 10_000)
                        let second = ListForms(page: PageRequest(cursor: cursor), sort: sort)
                        let next = try await forms.measure(second, of: university, in: scope)
                        #expect(next.page.items.count == 20)
                        for list in [first, next] {
                            let reading = try #require(list.readings.first { $0.statement.contains("ORDER BY") })
                            #expect(reading.scans == 0 && reading.rows < 200, "\(sort) in \(scope): \(reading)")
                        }
                    }
                }
            }
        }
    }

    @Test("A search reads the forms that it finds, and none of the others")
    func search() async throws {
        try await withForms { forms in
            let (here, there) = (UniversityID(), UniversityID())
            for university in [here, there] { try await forms.fill(2_000, at: university) }
            for (title, university) in [("Robotics 陶藝", here), ("ROBOTICS 2", here), ("Robotics", there)] {
                let request = CreateForm(title: Name(unchecked: title))
                _ = try await forms.create(request, by: forms.author(at: university))
            }
            let expected: [(TenantScope, UniversityID?, Int)] = [
                (.university(here), here, 2), (.university(there), there, 1), (.platform, nil, 3),
            ]
            for (scope, university, count) in expected {
                let request = ListForms(q: SearchText("robotic"))
                let found = try await forms.measure(request, of: university, in: scope)
                #expect(found.page.items.count == count && found.page.pagination.total == count)
                for reading in found.readings {
                    #expect(reading.scans == 0 && reading.rows < 50, "\(scope): \(reading)")
                }
            }
            for (words, count) in [("藝", 1), ("陶藝", 1), ("藝陶", 0), ("S 2", 1), ("%", 0)] {
                let request = ListForms(q: SearchText(words))
                let found = try await forms.measure(request, of: here, in: .university(here))
                #expect(found.page.items.count == count, "\(words)")
            }
            // More than are sorted for each page.
            let many = try await forms.measure(ListForms(q: SearchText("form")), of: here, in: .university(here))
            #expect(many.page.items.count == 20 && many.page.pagination.total == 2_000)
        }
    }

    @Test("A search by the function itself stays in its scope")
    func searchScope() async throws {
        try await withForms { forms in
            let (here, there) = (forms.university, UniversityID())
            let form = try await forms.create(CreateForm(title: Name(unchecked: "Robotics")), by: forms.author())
            func search(_ university: UniversityID?, in scope: TenantScope) async throws -> [FormID] {
                try await forms.database.database
                    .query("SELECT search_forms(\(university), 'robot', 10)", scope: scope).map { try $0[0] }
            }
            #expect(try await search(here, in: .university(here)) == [form.id])
            #expect(try await search(nil, in: .platform) == [form.id])
            for scope in [TenantScope.university(there), .none] {
                for university in [here, there, nil] {
                    #expect(try await search(university, in: scope).isEmpty, "\(scope)")
                }
            }
            #expect(try await search(nil, in: .university(here)).isEmpty)
        }
    }

    @Test("A person without a university lists the public forms of all, and reads no others")
    func publicForms() async throws {
        try await withForms { forms in
            try await forms.fill(5_000, at: UniversityID())
            let asked = question(.yesNo)
            let author = forms.author()
            let form = try await forms.published([page(asked)], by: author, settings: FormSettings(public: true))
            for q in [nil, SearchText("a form")] {
                let found = try await forms.measure(ListForms(q: q), sight: .published, of: nil, in: .none)
                #expect(found.page.items.map(\.id) == [form.id])
                for reading in found.readings { #expect(reading.scans == 0 && reading.rows < 20, "\(reading)") }
            }
        }
    }

    @Test("A document of some kilobytes is stored outside of its row")
    func documents() async throws {
        try await withForms { forms in
            try await forms.fill(10, at: forms.university, documentBytes: 5_000)
            let inside: SQL = """
                SELECT count(*) AS forms FROM forms WHERE pg_column_size(document) > octet_length(document::text)
                """
            try await withDatabase(forms.testDatabase.ownerConfiguration(for: "forms")) { database in
                let count: Int = try await database.one(inside, scope: .platform)["forms"]
                #expect(count == 0)
            }
        }
    }
}

extension ServiceLab {
    /// Adds published surveys straight in SQL.
    fileprivate func fill(_ count: Int, at university: UniversityID, documentBytes: Int = 20) async throws {
        try await superuser { database in
            try await database.execute(
                """
                INSERT INTO forms.forms (id, tenant_id, title, entity_type, status, is_public, settings, version,
                    revision, created_by, created_at, updated_at, document)
                SELECT gen_random_uuid(), \(university), 'Form ' || number, 'survey', 'published', false,
                    \(Stored(FormSettings())), 1, 1, gen_random_uuid(), now() - number * interval '1 minute',
                    now() - number * interval '1 second', to_json(repeat('x', \(Int32(documentBytes))))
                FROM generate_series(1, \(count)) AS number
                """,
                scope: .none
            )
            try await database.execute("ANALYZE forms.forms", scope: .none)
        }
    }

    fileprivate func measure(
        _ request: ListForms,
        sight: FormListing.Sight = .all,
        of university: UniversityID?,
        in scope: TenantScope
    ) async throws -> (page: Page<FormSummary>, readings: [ReadMeter.Reading]) {
        try await database.database.transaction(scope: scope) { transaction in
            let meter = ReadMeter(of: "forms", in: transaction)
            let page = try await FormListing(request: request, tenant: university, sight: sight).page(meter)
            return (page: page, readings: meter.readings)
        }
    }
}
