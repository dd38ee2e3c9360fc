import AuthContracts
import Contracts
import Foundation
import HTTPTypes
import FormsContracts
import Logging
import Mesh
import Postgres
import ServiceKit
import SocietiesContracts
import Synchronization
import TestKit
import Testing

@testable import Societies

/// The service's handlers over a database of their own, with forms and auth answered for over real sockets.
struct TestSocieties: Sendable {
    let testDatabase: TestDatabase
    let database: ServiceDatabase
    let caller: ServiceCaller
    let forms: FormsDouble
    /// The accounts that auth knows; `nil` lets auth be down.
    let accounts: Accounts
    let university = UniversityID()

    final class Accounts: Sendable {
        let names = Mutex<[UserID: String]?>([:])
    }

    var people: People { People(caller: caller) }
    var submissions: Submissions { Submissions(database: database, caller: caller) }

    func recover(patience: Duration = .zero) async throws {
        var recovery = SubmissionRecovery(submissions: submissions, logger: .silent)
        recovery.patience = patience
        try await recovery.recover()
    }

    func student(at university: UniversityID? = nil) -> RequestContext.User {
        RequestContext.User(
            id: UserID(),
            tenant: university ?? self.university,
            session: SessionID(),
            role: "student",
            permissions: []
        )
    }

    func moderator(at university: UniversityID? = nil) -> RequestContext.User {
        RequestContext.User(
            id: UserID(),
            tenant: university ?? self.university,
            session: SessionID(),
            role: "moderator",
            permissions: [.moderateSocieties]
        )
    }

    func context(
        _ user: RequestContext.User?,
        receivedAt: Timestamp = .now(),
        precondition: String? = nil
    ) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            receivedAt: receivedAt,
            precondition: precondition,
            logger: .silent
        )
    }

    /// Whoever asks, as superuser, past every policy.
    func superuser<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.superuserConfiguration, body)
    }

    /// The service's own role, that policies apply to.
    func serviceRole<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.configuration(for: "societies"), body)
    }

    private func withDatabase<Value>(
        _ configuration: PostgresConfiguration,
        _ body: (Database) async throws -> Value
    ) async throws -> Value {
        let database = Database(configuration: configuration, logger: .silent)
        do {
            let value = try await body(database)
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }

    /// The types of all events that were emitted, in order.
    func events() async throws -> [String] {
        try await serviceRole { database in
            try await database.query("SELECT type FROM outbox ORDER BY id", scope: .none).map { try $0["type"] }
        }
    }
}

/// Runs a test against a service of its own.
func withSocieties(_ body: (TestSocieties) async throws -> Void) async throws {
    let service = TestService("societies", migrations: serviceKitMigrations + societiesMigrations)
    try await withTestDatabase(services: [service]) { testDatabase in
        let folder = FileManager.default.temporaryDirectory.appending(path: "soc-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = try MeshKeys(primary: (0..<32).map { _ in .random(in: .min ... .max) })
        let forms = FormsDouble()
        let accounts = TestSocieties.Accounts()
        let formsServer = try server("forms", in: folder, keys) { try await forms.handle($0) }
        let authServer = try server("auth", in: folder, keys) { try accounts.handle($0) }
        let client = try MeshClient(
            configuration: MeshConfiguration(
                service: "societies",
                peers: [
                    "forms": MeshPeer(requests: [try MeshAddress(parsing: "ipc://\(folder)/forms")]),
                    "auth": MeshPeer(requests: [try MeshAddress(parsing: "ipc://\(folder)/auth")]),
                ],
                keys: keys
            ),
            logger: .silent
        )
        let database = Database(configuration: testDatabase.configuration(for: "societies"), logger: .silent)
        let societies = TestSocieties(
            testDatabase: testDatabase,
            database: ServiceDatabase(database),
            caller: ServiceCaller(client: client),
            forms: forms,
            accounts: accounts
        )
        func stop() async {
            await client.close(drainingFor: .zero)
            await formsServer.drain(for: .zero)
            await authServer.drain(for: .zero)
            await database.close()
        }
        do { try await body(societies) } catch {
            await stop()
            throw error
        }
        await stop()
    }
}

private func server(
    _ name: String,
    in folder: String,
    _ keys: MeshKeys,
    handler: @escaping @Sendable (MeshRequest) async throws -> MeshReply
) throws -> MeshServer {
    let server = try MeshServer(
        configuration: MeshConfiguration(
            service: name,
            requestAddress: try MeshAddress(parsing: "ipc://\(folder)/\(name)"),
            keys: keys
        ),
        logger: .silent,
        handler: handler
    )
    try server.start()
    return server
}

extension TestSocieties.Accounts {
    fileprivate func handle(_ request: MeshRequest) throws -> MeshReply {
        let ids = try LookUpUsers(jsonBytes: request.body).ids
        guard let names = names.withLock({ $0 }), let email = EmailAddress("someone@uni.example") else {
            let code = ErrorCode.serviceUnavailable
            return MeshReply(
                status: code.status.code,
                failure: MeshFailure(code: code.code, message: code.message, details: [], retryAfter: nil)
            )
        }
        let found = ids.compactMap { id in
            names[id].flatMap { Name($0) }.map {
                UserSummary(id: id, name: $0, email: email, image: nil, tenantId: nil)
            }
        }
        return MeshReply(body: List(found).body(trimmedTo: nil))
    }
}

/// What a call was refused with; `nil` when it was not.
func refusal<Value>(of body: () async throws -> Value) async throws -> ErrorCode? {
    do {
        _ = try await body()
        return nil
    } catch let error as ServiceError {
        return error.code
    } catch is ValidationError {
        return .validation
    }
}
