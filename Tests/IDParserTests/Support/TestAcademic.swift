import AcademicContracts
import Contracts
import HTTPTypes
import Logging
import Mesh
import Postgres
import ServiceKit
import TestKit

@testable import Academic

/// The academic service's own handlers, answering the id-parser over a real socket.
struct TestAcademic: Sendable {
    static let service = TestService("academic", migrations: serviceKitMigrations + academicMigrations)

    let database: ServiceDatabase

    func open(_ code: String) async throws -> University {
        let request = CreateUniversity(name: Name(unchecked: "University \(code)"), code: Code(unchecked: code))
        return try await CreateUniversityHandler(database: database).handle(request, context: .platform).value
    }

    func rename(_ id: UniversityID, to code: String) async throws -> UniversityChanged {
        let request = UpdateUniversity(id: id, code: .set(Code(unchecked: code)))
        let changed = try await UpdateUniversityHandler(database: database).handle(request, context: .platform)
        return UniversityChanged(university: UniversityReference(changed))
    }

    func reference(_ id: UniversityID) async throws -> UniversityReference {
        try await ResolveUniversityHandler(database: database).handle(ResolveUniversity(id: id), context: .platform)
    }

    func handle(_ request: MeshRequest) async throws -> MeshReply {
        guard request.operation == ResolveUniversity.contract.name else { return Self.failure(ServiceError(.notFound)) }
        do {
            let reply = try await ResolveUniversityHandler(database: database)
                .handle(ResolveUniversity(jsonBytes: request.body), context: .platform)
            return MeshReply(body: reply.body(trimmedTo: nil))
        } catch let error as ServiceError {
            return Self.failure(error)
        }
    }

    private static func failure(_ error: ServiceError) -> MeshReply {
        MeshReply(
            status: error.code.status.code,
            failure: MeshFailure(code: error.code.code, message: error.message, details: [], retryAfter: nil)
        )
    }
}

extension RequestContext {
    /// A platform administrator's.
    static var platform: RequestContext {
        let admin = User(id: UserID(), tenant: nil, session: nil, role: "platform-admin", permissions: ["*:*"])
        return RequestContext(
            requestID: "test",
            caller: "gateway",
            user: admin,
            timeLeft: .seconds(180),
            logger: .silent
        )
    }
}
