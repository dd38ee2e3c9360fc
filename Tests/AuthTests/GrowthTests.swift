import AuthContracts
import Contracts
import Postgres
import TestKit
import Testing

@testable import Auth
@testable import ServiceKit

@Suite("Accounts in great number", .timeLimit(.minutes(10)))
struct GrowthTests {
    @Test("A page of a list reads about as many accounts as it shows, in every order and of every university")
    func pages() async throws {
        try await withAuth { auth in
            let (older, newer) = (UniversityID(), UniversityID())
            try await auth.fill(20_000, older: older, newer: newer)
            for field in ListUsers.SortField.allCases {
                for isDescending in [false, true] {
                    for scope in [TenantScope.university(older), .university(newer), .platform] {
                        let sort = Sort(field, descending: isDescending)
                        let first = try await auth.measure(ListUsers(sort: sort), in: scope)
                        let cursor = try #require(first.page.pagination.nextCursor)
                        #expect(first.page.items.count == 20 && first.page.pagination.total == 10_000)
                        let next = try await auth.measure(
                            ListUsers(page: PageRequest(cursor: cursor), sort: sort),
                            in: scope
                        )
                        #expect(next.page.items.count == 20)
                        for list in [first, next] {
                            let reading = try #require(list.readings.first { $0.statement.contains("ORDER BY") })
                            #expect(reading.rows < 200, "\(sort) in \(scope): \(reading)")
                        }
                    }
                }
            }
        }
    }

    @Test("A search reads the accounts that it finds, and none of the others")
    func search() async throws {
        try await withAuth { auth in
            let (here, there) = (UniversityID(), UniversityID())
            for name in ["Zoë Quark", "ZOË QUARK", "Zoe\u{308} Quark"] {
                _ = try await auth.insertUser(at: here, name: name)
            }
            _ = try await auth.insertUser(at: there, name: "Zoë Quark")
            try await auth.superuser { database in
                try await database.execute(
                    """
                    INSERT INTO auth.users (id, tenant_id, email, name, role, password_hash)
                    SELECT gen_random_uuid(), \(here), 'a' || number || '@mail.example', 'Member ' || number,
                        'student', 'none'
                    FROM generate_series(1, 2000) AS number
                    """,
                    scope: .none
                )
                try await database.execute("ANALYZE auth.users", scope: .none)
            }
            let expected: [(TenantScope, Int)] = [(.university(here), 3), (.university(there), 1), (.platform, 4)]
            for (scope, count) in expected {
                let found = try await auth.measure(ListUsers(q: SearchText("zoë qua")), in: scope)
                #expect(found.page.items.count == count && found.page.pagination.total == count)
                #expect(found.readings.count == 2)
                for reading in found.readings {
                    #expect(reading.scans == 0 && reading.rows < 50, "\(scope): \(reading)")
                }
            }
        }
    }

    @Test("A search that finds more than it sorts leads through all that it finds, in order")
    func popularSearch() async throws {
        try await withAuth { auth in
            let university = UniversityID()
            let count = UserDirectory.maximumSorted + 150
            try await auth.lab.execute(
                """
                INSERT INTO auth.users (id, tenant_id, email, name, role, password_hash)
                SELECT gen_random_uuid(), \(university), 'b' || number || '@mail.example', 'Member ' || number,
                    'student', 'none'
                FROM generate_series(1, \(count)) AS number
                """
            )
            _ = try await auth.insertUser(at: university, name: "Ada")
            _ = try await auth.insertUser(at: UniversityID(), name: "Member of another")
            var names: [String] = []
            var cursor: PageCursor?
            repeat {
                let request = ListUsers(
                    page: PageRequest(limit: 100, cursor: cursor),
                    q: SearchText("member"),
                    sort: Sort(.name)
                )
                let page = try await auth.measure(request, in: .university(university)).page
                #expect(page.pagination.total == count)
                names += page.items.map(\.name.text)
                cursor = page.pagination.nextCursor
            } while cursor != nil && names.count <= count
            #expect(names == (1...count).map { "Member \($0)" }.sorted())
        }
    }

    @Test("A search takes single characters, and pairs in scripts that write words with them")
    func shortSearches() async throws {
        try await withAuth { auth in
            let university = UniversityID()
            let admin = try await auth.visitor(.admin, at: university)
            let chan = try await auth.insertUser(at: university, name: "陳大文")
            let lee = try await auth.insertUser(at: university, name: "李大明")
            func search(_ text: String) async throws -> Set<UserID> {
                Set(try await auth.listUsers(ListUsers(q: SearchText(text)), by: admin).items.map(\.id))
            }
            #expect(try await search("陳") == [chan.id])
            #expect(try await search("大文") == [chan.id])
            #expect(try await search("大") == [chan.id, lee.id])
            #expect(try await search("明陳").isEmpty)
            // The end of a name and the beginning of its address are no text that anybody typed.
            #expect(try await search("大明 user").isEmpty)
            try await auth.superuser {
                try await $0.execute("UPDATE auth.users SET name = '李小明' WHERE id = \(lee.id)", scope: .none)
            }
            #expect(try await search("大") == [chan.id])
            #expect(try await search("小明") == [lee.id])
        }
    }

    @Test("A search by the function itself stays in its scope")
    func searchScope() async throws {
        try await withAuth { auth in
            let (here, there) = (UniversityID(), UniversityID())
            let user = try await auth.insertUser(at: here, name: "Grace Hopper")
            func search(_ university: UniversityID?, in scope: TenantScope) async throws -> [UserID] {
                try await auth.database.database
                    .query("SELECT search_users(\(university), 'hopper', 10)", scope: scope).map { try $0[0] }
            }
            #expect(try await search(here, in: .university(here)) == [user.id])
            #expect(try await search(here, in: .platform) == [user.id])
            #expect(try await search(nil, in: .platform) == [user.id])
            #expect(try await search(there, in: .platform).isEmpty)
            for scope in [TenantScope.university(there), .none] {
                for university in [here, there, nil] {
                    #expect(try await search(university, in: scope).isEmpty, "\(scope)")
                }
            }
            #expect(try await search(nil, in: .university(here)).isEmpty)
        }
    }

    @Test("A change of a role, a sign-out and a removed account read their own rows only")
    func writes() async throws {
        try await withAuth { auth in
            try await auth.fill(20_000, older: UniversityID(), newer: UniversityID())
            let admin = try await auth.insertUser(role: .platformAdmin)
            let user = try await auth.insertUser(at: UniversityID())
            try await auth.superuser { database in
                try await database.execute(
                    """
                    INSERT INTO auth.sessions
                        (id, tenant_id, user_id, created_at, last_used_at, expires_at, revoked_at, revoked_in)
                    SELECT gen_random_uuid(), tenant_id, id, now(), now(), now() + interval '1 day', now(), 1
                    FROM auth.users
                    """,
                    scope: .none
                )
                try await database.execute("ANALYZE auth.users, auth.sessions", scope: .none)
            }
            let locked = try await auth.database.database.transaction(scope: .platform) { transaction in
                let meter = ReadMeter(of: "users", in: transaction)
                let locked = try await UserStore(sql: meter).lock([user.id], platformAdmins: true)
                return (users: locked.map(\.id), readings: meter.readings)
            }
            #expect(Set(locked.users) == [admin.id, user.id])
            #expect(locked.readings.allSatisfy { $0.scans == 0 && $0.rows < 20 }, "\(locked.readings)")

            let ended = try await auth.database.database.transaction(scope: user.scope) { transaction in
                let meter = ReadMeter(of: "sessions", in: transaction)
                _ = try await SessionStore(sql: meter).end(of: user.id)
                return meter.readings
            }
            #expect(ended.allSatisfy { $0.scans == 0 && $0.rows < 20 }, "\(ended)")

            let removed = try await auth.superuser { database in
                try await database.transaction(scope: .none) { transaction in
                    let meter = ReadMeter(of: "auth.sessions", in: transaction)
                    try await meter.execute("DELETE FROM auth.users WHERE id = \(user.id)")
                    return meter.readings
                }
            }
            #expect(removed.allSatisfy { $0.scans == 0 && $0.rows < 20 }, "\(removed)")
        }
    }
}

extension AuthLab {
    /// Adds accounts straight in SQL, the older half to one university and the newer half to another.
    ///
    /// They are not found by searches, whose keys and index take most of the time.
    fileprivate func fill(_ count: Int, older: UniversityID, newer: UniversityID) async throws {
        try await superuser { database in
            let statements: [SQL] = [
                "ALTER TABLE auth.users DISABLE TRIGGER users_key_search",
                "DROP INDEX auth.users_by_search",
                """
                INSERT INTO auth.users (id, tenant_id, email, name, role, password_hash, created_at)
                SELECT gen_random_uuid(), CASE WHEN number <= \(count / 2) THEN \(older) ELSE \(newer) END,
                    md5('address ' || number) || '@mail.example', md5('name ' || number), 'student', 'none',
                    timestamptz '2026-01-01' + number * interval '1 second'
                FROM generate_series(1, \(count)) AS number
                """,
                "ANALYZE auth.users",
            ]
            for statement in statements { try await database.execute(statement, scope: .none) }
        }
    }

    /// Lists accounts in a scope, and measures what each statement reads of their table.
    fileprivate func measure(
        _ request: ListUsers,
        in scope: TenantScope
    ) async throws -> (page: Page<User>, readings: [ReadMeter.Reading]) {
        try await database.database.transaction(scope: scope) { transaction in
            let meter = ReadMeter(of: "users", in: transaction)
            let page = try await UserDirectory(sql: meter, scope: scope).page(request)
            return (page: page, readings: meter.readings)
        }
    }
}
