import AuthContracts
import Contracts
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

    func recover(patience: Duration = .zero, firstPause: Duration = .zero) async throws {
        var recovery = SubmissionRecovery(submissions: submissions, logger: .silent)
        recovery.patience = patience
        recovery.firstPause = firstPause
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
        clientAddress: String = "",
        receivedAt: Timestamp = .now(),
        precondition: String? = nil
    ) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            clientAddress: clientAddress,
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
        let (forms, accounts) = (FormsDouble(), TestSocieties.Accounts())
        try await withNeighbours(
            of: "societies",
            ["forms": { try await forms.handle($0) }, "auth": { try accounts.handle($0) }]
        ) { caller in
            try await withDatabase(testDatabase.configuration(for: "societies")) { database in
                let societies = TestSocieties(
                    testDatabase: testDatabase,
                    database: ServiceDatabase(database, refusals: societiesRefusals),
                    caller: caller,
                    forms: forms,
                    accounts: accounts
                )
                try await body(societies)
            }
        }
    }
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
