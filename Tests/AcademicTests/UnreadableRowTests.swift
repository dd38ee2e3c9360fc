import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

@Suite("Rows of academic that can't be read")
struct UnreadableRowTests {
    @Test("Lists leave them out, and a single read is a fault of the service")
    func lists() async throws {
        try await withAcademic { academic in
            let universities = [
                try await academic.open("A"), try await academic.open("B"), try await academic.open("C"),
            ]
            let university = universities[0].id
            let departments = [
                try await academic.add("X", to: university), try await academic.add("Y", to: university),
                try await academic.add("Z", to: university),
            ]
            let department = departments[0].id
            let programs = [
                try await academic.add("One", to: department), try await academic.add("Two", to: department),
                try await academic.add("Three", to: department),
            ]
            let walk = SpoiledRows(of: academic.walked, superuser: academic.database.database)
            let faults = try await walk.faults([
                SpoiledList(
                    ListPrograms(),
                    as: nil,
                    single: GetProgram(id: programs[1].id),
                    spoil: "UPDATE programs SET created_at = '20000-01-01' WHERE id = \(programs[1].id)"
                ),
                SpoiledList(
                    ListDepartments(),
                    as: nil,
                    single: GetDepartment(id: departments[1].id),
                    spoil: "UPDATE departments SET created_at = 'infinity' WHERE id = \(departments[1].id)"
                ),
                SpoiledList(
                    ListUniversities(),
                    as: nil,
                    single: GetUniversity(id: universities[1].id),
                    spoil: "UPDATE universities SET updated_at = '20000-01-01' WHERE id = \(universities[1].id)"
                ),
            ])
            #expect(faults == [])
        }
    }
}
