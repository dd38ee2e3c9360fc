import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

@Suite("Deleting universities", .timeLimit(.minutes(10)))
struct DeletionTests {
    @Test(
        "A university that another service holds something of stays, and is open again",
        arguments: ["auth", "societies", "forms", "id-parser"]
    )
    func inUse(service: String) async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU", domains: ["hku.example"])
            try await academic.occupy(university, in: service)
            #expect(try await refusal { try await academic.delete(university) } == .universityInUse)
            #expect(try await academic.resolve(university) == nil)
            try await academic.vacate(service)
            try await academic.delete(university)
            #expect(try await academic.resolve(university) == .notFound)
        }
    }

    @Test(
        "While a service cannot be asked, nothing is deleted",
        arguments: ["auth", "societies", "forms", "id-parser"]
    )
    func unknown(service: String) async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU")
            academic.setDown(service)
            #expect(try await refusal { try await academic.delete(university) } == .serviceUnavailable)
            #expect(try await academic.resolve(university) == nil)
        }
    }

    @Test("While services are asked, nothing new can depend on the university")
    func closing() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU", domains: ["hku.example"])
            academic.interfere(
                with: GetTenantUsage.self,
                at: "auth",
                .preceded {
                    #expect(try await academic.resolve(university) == .notFound)
                    #expect(try await refusal { try await academic.add("COMP", to: university.id) } == .notFound)
                    let faults = try await academic.call(CheckAffiliations(universityId: university.id))
                    #expect(faults.fields == [.universityId])
                }
            )
            try await academic.delete(university)
        }
    }

    @Test("Of two concurrent deletions one succeeds, and a stale revision deletes nothing")
    func races() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU")
            let request = DeleteUniversity(id: university.id)
            #expect(
                try await refusal { try await academic.call(request, as: academic.platformAdmin, ifMatch: "\"7\"") }
                    == .preconditionFailed
            )
            academic.interfere(
                with: GetTenantUsage.self,
                at: "auth",
                .preceded { try await academic.delete(university) }
            )
            #expect(try await refusal { try await academic.delete(university) } == .notFound)
            #expect(try await academic.resolve(university) == .notFound)
        }
    }

    @Test("A deletion interrupted by a crash leaves the university open after a minute")
    func crash() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU")
            let sql = academic.database.scoped(to: .university(university.id))
            _ = try await UniversityStore(sql: sql).close(university.id)
            #expect(try await academic.resolve(university) == .notFound)
            try await sql.execute("UPDATE universities SET closing_at = closing_at - interval '61 seconds'")
            #expect(try await academic.resolve(university) == nil)
        }
    }
}

@Suite("Names of academic resources", .timeLimit(.minutes(10)))
struct NameTests {
    @Test("Programs with look-alike names are duplicates, and searches compare folded text")
    func programs() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU")
            let department = try await academic.add("COMP", to: university.id)
            _ = try await academic.add("Café Studies", to: department.id)
            for name in [
                "CAFE\u{301} STUDIES", "Cafe\u{34F}\u{301} Studies", "Ｃａｆé\u{2003}Studies", "Ca\u{200B}fé Studies",
            ] {
                #expect(try await refusal { try await academic.add(name, to: department.id) } == .programNameTaken)
            }
            for q in ["CAFE\u{301}", "ｃａｆé", "ca\u{200D}fé"] {
                let programs = try await academic.call(ListPrograms(q: SearchText(q)))
                #expect(programs.items.count == 1, "\(q)")
            }
            for (q, count) in [("ＨＫＵ", 1), ("university", 1), ("％", 0), ("_", 0)] {
                let universities = try await academic.call(ListUniversities(q: SearchText(q)))
                #expect(universities.items.count == count, "\(q)")
            }
            let departments = try await academic.call(ListDepartments(q: SearchText("ｃｏｍｐ")))
            #expect(departments.items.map(\.id) == [department.id])
        }
    }

    @Test("A write that changes nothing keeps the revision")
    func unchanged() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("HKU", domains: ["b.example", "a.example"])
            let department = try await academic.add("COMP", to: university.id)
            let program = try await academic.add("Computer Science", to: department.id)
            let sameUniversity = UpdateUniversity(
                id: university.id,
                mailDomains: .set(try #require(MailDomains(university.mailDomains.elements.reversed())))
            )
            #expect(try await academic.call(sameUniversity, as: academic.platformAdmin).etag == university.etag)
            #expect(
                try await academic.call(
                    UpdateDepartment(id: department.id, name: .set(department.name)),
                    as: academic.platformAdmin
                ).etag
                    == department.etag
            )
            #expect(
                try await academic.call(UpdateProgram(id: program.id), as: academic.platformAdmin).etag == program.etag
            )
        }
    }
}

extension ServiceLab {
    @discardableResult
    fileprivate func delete(_ university: University) async throws -> NoContent {
        try await call(DeleteUniversity(id: university.id), as: platformAdmin)
    }

    /// The refusal of another service's request to resolve the university; `nil` if it succeeds.
    fileprivate func resolve(_ university: University) async throws -> ErrorCode? {
        try await refusal { try await call(ResolveUniversity(id: university.id)) }
    }
}
