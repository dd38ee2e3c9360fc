import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Societies in great number, and of many", .timeLimit(.minutes(10)))
struct GrowthTests {
    @Test("A registration reads a few members of a large society, and so does a list of its officers")
    func largeSociety() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let society = try await societies.activeSociety(by: founder)
            let officer = societies.student()
            try await societies.join(officer, in: society, president: founder)
            try await societies.fill(society.id, 3_000)
            let scope = TenantScope.university(societies.university)
            let readings = try await societies.database.database.transaction(scope: scope) { transaction in
                let meter = ReadMeter(of: "members", in: transaction)
                let members = MemberStore(sql: meter)
                let admitted = try await members.countAdmitted(in: society.id)
                #expect(admitted == 3_001)
                let officers = try await members.officers(of: society.id)
                #expect(officers == [founder.id, officer.id])
                try await members.requireOfficerPlace(in: society.id)
                let listed = try await SocietyStore(sql: transaction).get(society.id)
                for isDescending in [false, true] {
                    for role in [MemberRole.admin, .president, .member, nil] {
                        let request = ListMembers(
                            id: society.id,
                            sort: Sort(.joinedAt, descending: isDescending),
                            role: role
                        )
                        let page = try await members.list(request, of: listed)
                        let few = role == .admin || role == .president
                        #expect(page.items.count == (few ? 1 : 20))
                        #expect(page.pagination.total == (few ? 1 : role == nil ? 3_002 : 3_000))
                    }
                }
                return meter.readings
            }
            // Only the members of a role are counted one by one, for the list's total.
            for reading in readings where !reading.statement.hasPrefix("SELECT count(*) AS total") {
                #expect(reading.scans == 0 && reading.rows < 50, "\(reading)")
            }
        }
    }

    @Test("The capacity counts those who came by registration, as they come and go")
    func admitted() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let society = try await societies.activeSociety(by: founder)
            try await societies.configure(society.id, by: founder, requiresApproval: false, capacity: 2)
            let people = (0..<3).map { _ in societies.student() }
            _ = try await societies.register(society.id, by: people[0])
            _ = try await societies.register(society.id, by: people[1])
            #expect(try await refusal { try await societies.register(society.id, by: people[2]) } == .societyFull)
            try await societies.leave(society.id, by: people[0])
            _ = try await societies.register(society.id, by: people[2])
            #expect(try await refusal { try await societies.register(society.id, by: people[0]) } == .societyFull)
            // A president who came by registration takes a place, and the founder still none.
            _ = try await societies.transfer(society.id, to: people[1], by: founder)
            try await societies.leave(society.id, by: founder)
            #expect(try await refusal { try await societies.register(society.id, by: people[0]) } == .societyFull)
        }
    }

    @Test("A page of societies reads about as many as it shows, for one university and for all")
    func lists() async throws {
        try await withSocieties { societies in
            let universities = [societies.university, UniversityID()]
            try await societies.superuser { database in
                for university in universities {
                    try await database.execute(
                        """
                        INSERT INTO societies.societies (id, tenant_id, created_by, name, slug, visibility, status)
                        SELECT gen_random_uuid(), \(university), gen_random_uuid(), 'Society ' || number,
                            'society-' || number, 'public', 'active'
                        FROM generate_series(1, 3000) AS number
                        """,
                        scope: .none
                    )
                }
                try await database.execute("ANALYZE societies.societies", scope: .none)
            }
            let viewers = [nil, societies.student()]
            for viewer in viewers {
                for field in [SocietySort.name, .createdAt] {
                    for isDescending in [false, true] {
                        let scope: TenantScope = viewer == nil ? .none : .university(societies.university)
                        let measured = try await societies.database.database.transaction(scope: scope) { transaction in
                            let meter = ReadMeter(of: "societies", in: transaction)
                            let request = ListSocieties(sort: Sort(field, descending: isDescending))
                            let page = try await SocietyDirectory(sql: meter, viewer: viewer).list(request)
                            return (page: page, readings: meter.readings)
                        }
                        #expect(measured.page.items.count == 20)
                        #expect(measured.page.pagination.total == (viewer == nil ? 6_000 : 3_000))
                        let reading = try #require(measured.readings.first { $0.statement.contains("ORDER BY") })
                        #expect(reading.scans == 0 && reading.rows < 100, "\(field): \(reading)")
                    }
                }
            }
        }
    }
}

extension ServiceLab {
    /// Adds an officer.
    fileprivate func join(
        _ user: RequestContext.User,
        in society: Society,
        president: RequestContext.User
    ) async throws {
        try await configure(society.id, by: president)
        try await join(society.id, user, president: president)
        let request = ChangeMemberRole(id: society.id, userId: user.id, role: .admin)
        _ = try await call(request, as: president)
    }

    /// Adds members who came by registration straight in SQL.
    fileprivate func fill(_ society: SocietyID, _ count: Int) async throws {
        try await superuser { database in
            try await database.execute(
                """
                INSERT INTO societies.members (tenant_id, society_id, user_id, role, registration_id, joined_at)
                SELECT \(university), \(society), gen_random_uuid(), 'member', gen_random_uuid(),
                    now() + number * interval '1 minute'
                FROM generate_series(1, \(count)) AS number
                """,
                scope: .none
            )
            try await database.execute(
                "UPDATE societies.societies SET member_count = member_count + \(count) WHERE id = \(society)",
                scope: .none
            )
            try await database.execute("ANALYZE societies.members", scope: .none)
        }
    }
}
