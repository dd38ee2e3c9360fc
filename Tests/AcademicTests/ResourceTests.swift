import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

@Suite("Universities, departments and programs", .timeLimit(.minutes(10)))
struct ResourceTests {
    @Test("What was made is read back, by everybody")
    func roundTrip() async throws {
        try await withAcademic { academic in
            let made = try await academic.open("HKU", domains: ["hku.example"])
            let read = try await academic.call(GetUniversity(id: made.id))
            #expect(read == made)
            let department = try await academic.add("COMP", to: made.id)
            let program = try await academic.add("Computer Science", to: department.id)
            #expect(program.universityId == made.id)
            let programs = try await academic.call(ListPrograms(universityId: made.id, degree: .bachelor))
            #expect(programs.items == [program])
        }
    }

    @Test("Codes and domains are unique whatever their case, also when asked for at once")
    func uniqueness() async throws {
        try await withAcademic { academic in
            let made = try await academic.open("HKU", domains: ["hku.example"])
            #expect(try await refusal { try await academic.open("hku") } == .universityCodeTaken)
            #expect(
                try await refusal { try await academic.open("OTHER", domains: ["HKU.example"]) } == .mailDomainTaken
            )
            let outcomes = try await withThrowingTaskGroup(of: ErrorCode?.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        try await refusal {
                            try await academic.add(index.isMultiple(of: 2) ? "comp" : "COMP", to: made.id)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 1)
            #expect(outcomes.filter { $0 == .departmentCodeTaken }.count == 7)
        }
    }

    @Test("A list is the same by pages and by cursors, whatever it is sorted by", arguments: DepartmentSort.allCases)
    func paging(sort: DepartmentSort) async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU").id
            for number in 0..<23 { _ = try await academic.add("D\(number * 7 % 23)", to: university) }
            for descending in [false, true] {
                func list(_ page: PageRequest) async throws -> Page<Department> {
                    let request = ListDepartments(page: page, sort: Sort(sort, descending: descending))
                    return try await academic.call(request)
                }
                var byPage: [DepartmentID] = []
                for number in 1...5 { byPage += try await list(PageRequest(page: number, limit: 5)).items.map(\.id) }
                var byCursor: [DepartmentID] = []
                var cursor: PageCursor?
                repeat {
                    let page = try await list(PageRequest(limit: 5, cursor: cursor))
                    byCursor += page.items.map(\.id)
                    cursor = page.pagination.nextCursor
                    #expect(page.pagination.total == 23)
                } while cursor != nil
                #expect(byPage == byCursor)
                #expect(Set(byPage).count == 23)
            }
        }
    }

    @Test("A write on a revision that nobody has read any more is refused")
    func preconditions() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU")
            let request = UpdateUniversity(id: university.id, city: .set(try #require(PlaceName("Hong Kong"))))
            #expect(
                try await refusal { try await academic.call(request, as: academic.platformAdmin, ifMatch: "\"7\"") }
                    == .preconditionFailed
            )
            let changed = try await academic.call(request, as: academic.platformAdmin, ifMatch: university.etag)
            #expect(changed.revision == university.revision + 1)
            #expect(changed.city?.text == "Hong Kong")
            #expect(changed.timeZone == university.timeZone)
        }
    }

    @Test("What is in use stays")
    func deletion() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU")
            let department = try await academic.add("COMP", to: university.id)
            let program = try await academic.add("Computer Science", to: department.id)
            func deleteUniversity() async throws -> NoContent {
                try await academic.call(DeleteUniversity(id: university.id), as: academic.platformAdmin)
            }
            func deleteDepartment() async throws -> NoContent {
                try await academic.call(DeleteDepartment(id: department.id), as: academic.platformAdmin)
            }
            #expect(try await refusal { try await deleteUniversity() } == .universityInUse)
            #expect(try await refusal { try await deleteDepartment() } == .departmentInUse)
            try await academic.call(DeleteProgram(id: program.id), as: academic.platformAdmin)
            _ = try await deleteDepartment()
            _ = try await deleteUniversity()
            #expect(try await refusal { try await deleteUniversity() } == .notFound)
        }
    }

    @Test("A university is found by id, code in any case, and the closest mail domain")
    func resolving() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU", domains: ["hku.example"])
            let faculty = try await academic.open("HKUMED", domains: ["med.hku.example"])
            func find(_ request: ResolveUniversity) async throws -> UniversityID {
                try await academic.call(request).id
            }
            #expect(try await find(ResolveUniversity(id: university.id)) == university.id)
            #expect(try await find(ResolveUniversity(code: Code("hku"))) == university.id)
            #expect(try await find(ResolveUniversity(mailDomain: MailDomain("cs.hku.example"))) == university.id)
            #expect(try await find(ResolveUniversity(mailDomain: MailDomain("a.med.hku.example"))) == faculty.id)
            let unknown = ResolveUniversity(mailDomain: MailDomain("example.org"))
            #expect(try await refusal { try await find(unknown) } == .notFound)
        }
    }

    @Test("A time zone that there is not is told by its field")
    func timeZones() async throws {
        try await withAcademic { academic in
            let request = CreateUniversity(
                name: try #require(Name("Nowhere")),
                code: try #require(Code("NW")),
                timeZone: TimeZoneName("Mars/Olympus_Mons")
            )
            let error = await #expect(throws: ServiceError.self) {
                try await academic.call(request, as: academic.platformAdmin)
            }
            #expect(try #require(error).details.map(\.field) == ["timeZone"])
        }
    }

    @Test("Affiliations that do not belong together are named")
    func affiliations() async throws {
        try await withAcademic { academic in
            let (north, south) = (try await academic.open("NORTH").id, try await academic.open("SOUTH").id)
            let department = try await academic.add("COMP", to: north)
            let program = try await academic.add("Computer Science", to: department.id)
            func faults(_ university: UniversityID, _ program: ProgramID?) async throws -> [AffiliationField] {
                try await academic.call(
                    CheckAffiliations(universityId: university, departmentId: department.id, programId: program)
                ).fields
            }
            #expect(try await faults(north, program.id).isEmpty)
            #expect(try await faults(south, program.id) == [.departmentId, .programId])
            #expect(try await faults(north, ProgramID()) == [.programId])
            #expect(try await faults(UniversityID(), nil) == [.universityId])
        }
    }
}
