import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts
@testable import IDParser
@testable import IDParserContracts

extension LabService {
    static let academic = LabService(AcademicDaemon.daemon)
    static let idParser = LabService(IDParserDaemon.daemon)
}

// What happens in academic and id-parser.
extension ServiceLab {
    /// A new university.
    func open(domains: [String] = []) async throws -> University {
        let request = CreateUniversity(
            name: Name(unchecked: "A University"),
            code: Code(unchecked: "C\(UserID())"),
            mailDomains: MailDomains(domains.compactMap { MailDomain($0) })
        )
        return try await call(request, as: platformAdmin).value
    }

    /// Lets a university's student numbers match a pattern.
    func require(_ pattern: String, of university: University) async throws {
        let request = CreateIDPattern(
            universityCode: university.code,
            name: Name(unchecked: "Student card"),
            pattern: PatternSource(unchecked: pattern)
        )
        try await call(request, as: platformAdmin)
    }

    /// A new department of a university, and a program of it.
    func addDepartment(to university: UniversityID) async throws -> (id: DepartmentID, program: ProgramID) {
        let department = CreateDepartment(
            universityId: university,
            name: Name(unchecked: "Computing"),
            code: Code(unchecked: "COMP")
        )
        let id = try await call(department, as: platformAdmin).value.id
        let program = CreateProgram(
            departmentId: id,
            name: Name(unchecked: "Computer Science"),
            degree: .bachelor,
            duration: try #require(ProgramDuration(4))
        )
        return (id, try await call(program, as: platformAdmin).value.id)
    }
}
