import Contracts
import HTTPTypes
import Logging
import Mesh
import Postgres
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Academic
@testable import AcademicContracts

/// The service's handlers over a database of their own.
struct TestAcademic: Sendable {
    let testDatabase: TestDatabase
    let database: ServiceDatabase
    let caller: ServiceCaller
    let tenants: TenantsDouble

    func context(_ user: RequestContext.User?, ifMatch: String? = nil) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            precondition: ifMatch,
            logger: .silent
        )
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
            .handle(request, context: context(Self.platform)).value
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
        return try await CreateDepartmentHandler(database: database).handle(request, context: context(user)).value
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
        return try await CreateProgramHandler(database: database).handle(request, context: context(user)).value
    }
}

/// Stands in for the services that hold data of universities.
final class TenantsDouble: Sendable {
    struct State {
        /// The services that hold data.
        var users: Set<String> = []
        /// The services that are down.
        var down: Set<String> = []
        /// Runs once, during the call to the first service.
        var meanwhile: (@Sendable () async throws -> Void)?
    }
    private let state = Mutex(State())

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    func handle(_ request: MeshRequest, as service: String) async throws -> MeshReply {
        #expect(request.operation == "\(service).tenant.usage")
        let meanwhile = state.withLock { state in
            defer { state.meanwhile = nil }
            return state.meanwhile
        }
        try await meanwhile?()
        let (isUsed, isDown) = state.withLock { ($0.users.contains(service), $0.down.contains(service)) }
        guard !isDown else {
            let code = ErrorCode.serviceUnavailable
            return MeshReply(
                status: code.status.code,
                failure: MeshFailure(code: code.code, message: code.message, details: [], retryAfter: nil)
            )
        }
        return MeshReply(body: TenantUsage(isUsed: isUsed).body(trimmedTo: nil))
    }
}

func withAcademic(_ body: (TestAcademic) async throws -> Void) async throws {
    let services = [TestService("academic", migrations: serviceKitMigrations + academicMigrations)]
    let tenants = TenantsDouble()
    let names = ["auth", "societies", "forms", "id-parser"]
    let neighbours = Dictionary(
        uniqueKeysWithValues: names.map { name -> (String, @Sendable (MeshRequest) async throws -> MeshReply) in
            (name, { try await tenants.handle($0, as: name) })
        }
    )
    try await withTestDatabase(services: services) { test in
        try await withNeighbours(of: "academic", neighbours) { caller in
            try await withDatabase(test.configuration(for: "academic")) { database in
                try await body(
                    TestAcademic(
                        testDatabase: test,
                        database: ServiceDatabase(database, refusals: academicRefusals),
                        caller: caller,
                        tenants: tenants
                    )
                )
            }
        }
    }
}
