import AcademicContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic

@Suite("Programs in great number", .timeLimit(.minutes(10)))
struct GrowthTests {
    @Test("A page of a university's programs reads about as many as it shows, and of a department's no others")
    func pages() async throws {
        try await withAcademic { academic in
            let filled = try await academic.fill()
            for field in ProgramSort.allCases {
                for isDescending in [false, true] {
                    let sort = Sort(field, descending: isDescending)
                    let ofUniversity = ListPrograms(sort: sort, universityId: filled.university)
                    let ofDegree = ListPrograms(sort: sort, universityId: filled.university, degree: .master)
                    let ofDepartment = ListPrograms(sort: sort, departmentId: filled.department)
                    for (request, limit) in [(ofUniversity, 200), (ofDegree, 400), (ofDepartment, 500)] {
                        let first = try await academic.measure { try await ProgramStore(sql: $0).list(request) }
                        #expect(first.value.items.count == 20)
                        let reading = try #require(first.readings.first { $0.statement.contains("ORDER BY") })
                        #expect(reading.scans == 0 && reading.rows <= limit, "\(request): \(reading)")
                    }
                    let first = try await academic.measure { try await ProgramStore(sql: $0).list(ofUniversity) }
                    let cursor = try #require(first.value.pagination.nextCursor)
                    let request = ListPrograms(
                        page: PageRequest(cursor: cursor),
                        sort: sort,
                        universityId: filled.university
                    )
                    let next = try await academic.measure { try await ProgramStore(sql: $0).list(request) }
                    let reading = try #require(next.readings.first { $0.statement.contains("ORDER BY") })
                    #expect(reading.scans == 0 && reading.rows <= 200, "\(request): \(reading)")
                }
            }
        }
    }

    @Test("Counting a department's programs reads these, and deleting a department no others")
    func departments() async throws {
        try await withAcademic { academic in
            let filled = try await academic.fill()
            let counted = try await academic.measure { try await ProgramStore(sql: $0).count(of: filled.department) }
            #expect(counted.value == 500)
            #expect(counted.readings.allSatisfy { $0.scans == 0 && $0.rows <= 500 }, "\(counted.readings)")
            let empty = try await academic.add("EMPTY", to: filled.university)
            let deleted = try await academic.measure(in: .university(filled.university)) {
                try await DepartmentStore(sql: $0).delete(empty.id)
            }
            #expect(deleted.readings.allSatisfy { $0.scans == 0 && $0.rows == 0 }, "\(deleted.readings)")
        }
    }

    @Test("A university is found by its id, its code or the closest of its domains")
    func resolving() async throws {
        try await withAcademic { academic in
            let long = try await academic.open("LONG", domains: ["students.uni.example"])
            let short = try await academic.open("SHORT", domains: ["uni.example"])
            let domain = try #require(MailDomain("students.uni.example"))
            func resolve(_ request: ResolveUniversity) async throws -> UniversityID? {
                try await UniversityStore(sql: academic.database.scoped(to: .none)).reference(request)?.id
            }
            #expect(try await resolve(ResolveUniversity(mailDomain: domain)) == long.id)
            #expect(try await resolve(ResolveUniversity(mailDomain: MailDomain("uni.example"))) == short.id)
            #expect(try await resolve(ResolveUniversity(id: short.id)) == short.id)
            #expect(try await resolve(ResolveUniversity(code: Code("short"))) == short.id)
            #expect(try await resolve(ResolveUniversity(code: Code("OTHER"))) == nil)
            #expect(try await resolve(ResolveUniversity(id: UniversityID())) == nil)
        }
    }
}

extension ServiceLab {
    /// Adds two universities with 10 departments each, and to each department 500 programs straight in SQL.
    ///
    /// - Returns: One of the universities, and one of its departments.
    fileprivate func fill() async throws -> (university: UniversityID, department: DepartmentID) {
        let (north, south) = (try await open("NORTH"), try await open("SOUTH"))
        let department = try await add("D0", to: north.id)
        for number in 1..<10 { _ = try await add("D\(number)", to: north.id) }
        for number in 0..<10 { _ = try await add("D\(number)", to: south.id) }
        try await withDatabase(testDatabase.superuserConfiguration) { database in
            let statements: [SQL] = [
                """
                INSERT INTO academic.programs (id, tenant_id, department_id, name, degree, duration, created_at)
                SELECT gen_random_uuid(), tenant_id, departments.id, md5(code || number || tenant_id),
                    (ARRAY['Bachelor', 'Master', 'PhD'])[1 + number % 3], 1 + number % 20,
                    timestamptz '2026-01-01' + number * interval '1 second'
                FROM academic.departments CROSS JOIN generate_series(1, 500) AS number
                """,
                "ANALYZE academic.programs",
            ]
            for statement in statements { try await database.execute(statement, scope: .none) }
        }
        return (university: north.id, department: department.id)
    }

    /// Runs a store in a transaction, and measures what each statement reads of the programs' table.
    fileprivate func measure<Value>(
        in scope: TenantScope = .none,
        _ body: (ReadMeter) async throws -> Value
    ) async throws -> (value: Value, readings: [ReadMeter.Reading]) {
        try await database.database.transaction(scope: scope) { transaction in
            let meter = ReadMeter(of: "programs", in: transaction)
            let value = try await body(meter)
            return (value: value, readings: meter.readings)
        }
    }
}
