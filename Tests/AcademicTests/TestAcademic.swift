import AcademicContracts
import Contracts
import Logging
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Academic

/// The service's handlers over a database of their own.
struct TestAcademic {
    let database: ServiceDatabase

    func context(_ user: RequestContext.User?, ifMatch: String? = nil) -> RequestContext {
        RequestContext(requestID: "test", caller: "gateway", user: user, precondition: ifMatch, logger: .silent)
    }

    static var platform: RequestContext.User { user("platform-admin", at: nil, ["*:*"]) }
    static func admin(at university: UniversityID) -> RequestContext.User {
        user("admin", at: university, [.writeAcademic])
    }

    private static func user(
        _ role: String,
        at university: UniversityID?,
        _ permissions: [Permission]
    ) -> RequestContext.User {
        RequestContext.User(id: UserID(), tenant: university, session: nil, role: role, permissions: permissions)
    }

    func open(_ code: String, domains: [String] = []) async throws -> University {
        let request = CreateUniversity(
            name: try #require(Name("University \(code)")),
            code: try #require(Code(code)),
            timeZone: TimeZoneName("Asia/Hong_Kong"),
            mailDomains: MailDomains(domains.compactMap { MailDomain($0) })
        )
        return try await CreateUniversityHandler(database: database)
            .handle(request, context: context(Self.platform)).resource
    }

    func add(
        _ code: String,
        to university: UniversityID,
        by user: RequestContext.User = platform
    ) async throws -> Department {
        let request = CreateDepartment(
            universityId: university,
            name: try #require(Name("Department \(code)")),
            code: try #require(Code(code))
        )
        return try await CreateDepartmentHandler(database: database).handle(request, context: context(user)).resource
    }

    func add(
        _ name: String,
        to department: DepartmentID,
        by user: RequestContext.User = platform
    ) async throws -> Program {
        let request = CreateProgram(
            departmentId: department,
            name: try #require(Name(name)),
            degree: .bachelor,
            duration: try #require(ProgramDuration(4))
        )
        return try await CreateProgramHandler(database: database).handle(request, context: context(user)).resource
    }
}

func withAcademic(_ body: (TestAcademic) async throws -> Void) async throws {
    let services = [TestService("academic", migrations: serviceKitMigrations + academicMigrations)]
    try await withTestDatabase(services: services) { test in
        let database = Database(configuration: test.configuration(for: "academic"), logger: .silent)
        do {
            try await body(TestAcademic(database: ServiceDatabase(database)))
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}

/// The code of the refusal, or `nil` when there is none.
func refusal(_ body: () async throws -> some Any) async throws -> ErrorCode? {
    do { _ = try await body() } catch let error as ServiceError { return error.code }
    return nil
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
