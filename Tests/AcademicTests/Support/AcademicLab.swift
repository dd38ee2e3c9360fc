import Contracts
import ServiceKit
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

/// Runs a test against the service among those that may hold data of universities.
func withAcademic(_ body: (ServiceLab) async throws -> Void) async throws {
    try await withServiceLab(LabService(AcademicDaemon.daemon), among: LabService.tenantOwners, body)
}

extension ServiceLab {
    func admin(at university: UniversityID) -> RequestContext.User { user("admin", at: university, .writeAcademic) }

    func open(_ code: String, domains: [String] = []) async throws -> University {
        let request = CreateUniversity(
            name: try #require(Name("University \(code)")),
            code: try #require(Code(code)),
            timeZone: TimeZoneName("Asia/Hong_Kong"),
            mailDomains: MailDomains(domains.compactMap { MailDomain($0) })
        )
        return try await call(request, as: platformAdmin).value
    }

    func add(
        _ code: String,
        to university: UniversityID,
        by user: RequestContext.User? = nil
    ) async throws -> Department {
        let request = CreateDepartment(
            universityId: university,
            name: try #require(Name("Department \(code)")),
            code: try #require(Code(code))
        )
        return try await call(request, as: user ?? platformAdmin).value
    }

    func add(
        _ name: String,
        to department: DepartmentID,
        by user: RequestContext.User? = nil
    ) async throws -> Program {
        let request = CreateProgram(
            departmentId: department,
            name: try #require(Name(name)),
            degree: .bachelor,
            duration: try #require(ProgramDuration(4))
        )
        return try await call(request, as: user ?? platformAdmin).value
    }
}
