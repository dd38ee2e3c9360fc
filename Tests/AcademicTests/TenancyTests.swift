import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

@Suite("Writing in one's own university only", .timeLimit(.minutes(10)))
struct TenancyTests {
    @Test("An administrator changes nothing of another university, although its ids are known")
    func handlers() async throws {
        try await withAcademic { academic in
            let (north, south) = (try await academic.open("NORTH"), try await academic.open("SOUTH"))
            let department = try await academic.add("COMP", to: north.id)
            let stranger = academic.admin(at: south.id)
            let refusals = [
                try await refusal { try await academic.add("MATH", to: north.id, by: stranger) },
                try await refusal { try await academic.add("Physics", to: department.id, by: stranger) },
                try await refusal {
                    try await academic.call(UpdateUniversity(id: north.id, city: .remove), as: stranger)
                },
                try await refusal {
                    try await academic.call(
                        UpdateDepartment(id: department.id, name: .set(department.name)),
                        as: stranger
                    )
                },
                try await refusal { try await academic.call(DeleteDepartment(id: department.id), as: stranger) },
                try await refusal { try await academic.call(DeleteUniversity(id: south.id), as: stranger) },
            ]
            #expect(refusals.allSatisfy { $0 == .forbidden }, "\(refusals)")
            #expect(try await academic.add("MATH", to: south.id, by: stranger).universityId == south.id)
        }
    }

    @Test("An administrator changes the own university, but not who belongs to it")
    func ownUniversity() async throws {
        try await withAcademic { academic in
            let university = try await academic.open("NORTH", domains: ["north.example"])
            let renamed = UpdateUniversity(id: university.id, name: .set(try #require(Name("North"))))
            #expect(try await academic.call(renamed, as: academic.admin(at: university.id)).name.text == "North")
            let moved = UpdateUniversity(id: university.id, mailDomains: .remove)
            #expect(
                try await refusal { try await academic.call(moved, as: academic.admin(at: university.id)) }
                    == .forbidden
            )
        }
    }

    @Test("The service's own role changes only rows of the university that it names")
    func rows() async throws {
        try await withAcademic { academic in
            let (north, south) = (try await academic.open("NORTH"), try await academic.open("SOUTH"))
            _ = try await academic.add("COMP", to: north.id)
            let database = academic.database.database
            for scope in [TenantScope.none, .university(south.id)] {
                #expect(try await database.query("SELECT id FROM departments", scope: scope).count == 1)
                #expect(try await database.execute("UPDATE departments SET name = 'x'", scope: scope) == 0)
                #expect(try await database.execute("DELETE FROM departments", scope: scope) == 0)
                await #expect(throws: PostgresError.self) {
                    try await database.execute(
                        "INSERT INTO departments (id, tenant_id, name, code) VALUES (\(DepartmentID()), \(north.id), 'x', 'x')",
                        scope: scope
                    )
                }
            }
        }
    }
}
