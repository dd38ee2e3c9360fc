import Contracts
import Foundation
import Logging
import Mesh

import Passwords
import Postgres
import Synchronization
import TestKit
import Testing
import Tokens

@testable import Auth
@testable import AuthContracts
@testable import ServiceKit

/// The service's handlers over a database of their own, with academic and id-parser answered for over real sockets.
struct TestAuth: Sendable {
    let testDatabase: TestDatabase
    let database: ServiceDatabase
    let caller: ServiceCaller
    let neighbours: Neighbours
    let settings: AuthSettings
    let keys: SigningKeys
    var hasher: PasswordHasher
    let clock: TestClock

    static let password = "nine lively herons"
    static let service = TestService("auth", migrations: serviceKitMigrations + authMigrations)
    static let revocationPeriod = Duration.seconds(1_200)

    var sessions: SessionIssuer { SessionIssuer(keys: keys, settings: settings, now: clock.now) }
    var passwords: PasswordCheck { PasswordCheck(database: database, hasher: hasher, now: clock.now) }
    var universities: UniversityDirectory { UniversityDirectory(caller: caller) }

    func context(
        _ user: RequestContext.User? = nil,
        address: String = "192.0.2.1",
        precondition: String? = nil,
        absencePrecondition: String? = nil,
        cookie: String? = nil
    ) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            clientAddress: address,
            userAgent: "Tests/1.0",
            precondition: precondition,
            absencePrecondition: absencePrecondition,
            headers: cookie.map { [MeshField("cookie", $0)] } ?? [],
            logger: .silent
        )
    }

    /// The claims of an access token, verified as the gateway does.
    func claims(_ token: String) async throws -> AccessTokenClaims {
        let verifier = TokenVerifier(
            keys: try await VerificationKeys(jsonWebKeySet: PublicKeySet(keys: keys.published()).jsonBytes),
            issuer: settings.issuer,
            audience: settings.audience
        )
        return try await verifier.verify(token, now: clock.now().secondsSince1970)
    }

    /// The user that a token speaks for.
    func user(_ signedIn: SignedIn) async throws -> RequestContext.User {
        let claims = try await claims(#require(signedIn.accessToken))
        return RequestContext.User(
            id: try #require(UserID(claims.subject)),
            tenant: claims.tenant.flatMap(UniversityID.init),
            session: SessionID(claims.session),
            role: claims.role,
            permissions: claims.permissions.compactMap(Permission.init)
        )
    }

    /// The daemon's handlers.
    var handlers: [any OperationHandler] {
        AuthDaemon.handlers(
            database: database,
            passwords: passwords,
            sessions: sessions,
            universities: universities,
            gatherer: Gatherer(caller: caller, services: []),
            revocationPeriod: Self.revocationPeriod
        )
    }

    /// Answers a request as the daemon does, including access, fields and errors.
    func dispatch<Request: ServiceOperation>(
        _ request: Request,
        as principal: Principal?,
        idempotencyKey: String? = nil,
        headers: [MeshField] = [],
        from address: String = "192.0.2.1"
    ) async -> MeshReply {
        let dispatcher = Dispatcher(
            authAPI,
            version: "1",
            handlers: handlers,
            database: database.database,
            metrics: Metrics(),
            tracer: nil,
            logger: .silent
        )
        let fields = (try? JSONParser.parse(request.jsonBytes).objectValue) ?? JSONObject()  // our own JSON
        let path = Request.contract.route?.pathFields ?? []
        let hasBody = Request.contract.route?.hasBody ?? true
        let rest = fields.members.filter { !path.contains($0.name) && $0.value != .null }
        var message = MeshRequest(
            operation: Request.contract.name,
            timeLeft: .seconds(180),
            principal: principal,
            idempotencyKey: idempotencyKey,
            pathParameters: path.map { MeshField($0, fields[$0]?.stringValue ?? "") },
            headers: [MeshField("x-client-address", address)] + headers,
            contentType: "application/json",
            body: hasBody ? JSONValue.object(JSONObject(rest.map { ($0.name, $0.value) })).bytes : []
        )
        message.caller = "gateway"
        return await dispatcher.handle(message)
    }

    /// Everything in the database, past every policy.
    @discardableResult
    func superuser<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.superuserConfiguration, body)
    }

    func events() async throws -> [SessionRevoked] {
        try await superuser { database in
            try await database.query("SELECT data FROM auth.outbox ORDER BY id", scope: .none).map { row in
                let stored: Stored<SessionRevoked> = try row["data"]
                return stored.value
            }
        }
    }
}

// What the handlers do, by the names that people know them by.
extension TestAuth {
    static func address(_ name: String = "user-\(UserID())", at domain: String = "mail.example") -> EmailAddress {
        EmailAddress(unchecked: "\(name)@\(domain)")
    }

    func register(
        _ email: EmailAddress = address(),
        password: String = password,
        name: String = "Ada Lovelace",
        at university: UniversityID? = nil
    ) async throws -> SignedIn {
        let request = Register(
            email: email,
            password: NewPassword(unchecked: password),
            name: try #require(Name(name)),
            universityId: university
        )
        let handler = RegisterHandler(
            database: database,
            universities: universities,
            hasher: hasher,
            sessions: sessions
        )
        return try await handler.handle(request, context: context()).value
    }

    func logIn(
        _ email: EmailAddress,
        password: String = password,
        from address: String = "192.0.2.1",
        cookie: Bool? = nil
    ) async throws -> SignedInReply {
        let request = LogIn(email: email, password: GivenPassword(unchecked: password), cookie: cookie)
        return try await LogInHandler(passwords: passwords, sessions: sessions)
            .handle(request, context: context(address: address))
    }

    func refresh(_ token: String?, cookie: String? = nil) async throws -> SignedInReply {
        try await RefreshSessionHandler(database: database, sessions: sessions)
            .handle(
                RefreshSession(refreshToken: token.map(RefreshToken.init(unchecked:))),
                context: context(cookie: cookie)
            )
    }

    func logOut(_ user: RequestContext.User, _ scope: LogOut.Scope? = nil) async throws {
        _ = try await LogOutHandler(database: database, cookies: sessions.cookies)
            .handle(LogOut(scope: scope), context: context(user))
    }

    func changePassword(_ user: RequestContext.User, from old: String = password, to new: String) async throws {
        let request = ChangePassword(
            currentPassword: GivenPassword(unchecked: old),
            newPassword: NewPassword(unchecked: new)
        )
        let handler = ChangePasswordHandler(
            database: database,
            passwords: passwords,
            hasher: hasher,
            cookies: sessions.cookies
        )
        _ = try await handler.handle(request, context: context(user))
    }

    func list(_ user: RequestContext.User) async throws -> [Session] {
        try await ListSessionsHandler(database: database)
            .handle(ListSessions(page: PageRequest(limit: 100)), context: context(user)).items
    }

    func end(_ session: SessionID, by user: RequestContext.User) async throws {
        _ = try await EndSessionHandler(database: database).handle(EndSession(id: session), context: context(user))
    }

    func revocations(
        since position: Int64? = nil,
        after last: SessionID? = nil,
        pageSize: Int = [Revocation].maximumCount
    ) async throws -> Revocations {
        try await ListRevocationsHandler(database: database, period: Self.revocationPeriod, pageSize: pageSize)
            .handle(ListRevocations(since: position, after: last), context: context())
    }

    func getUser(_ id: UserID, by user: RequestContext.User) async throws -> User {
        try await GetUserHandler(database: database).handle(GetUser(id: id), context: context(user))
    }

    func listUsers(_ request: ListUsers = ListUsers(), by user: RequestContext.User) async throws -> Page<User> {
        try await ListUsersHandler(database: database).handle(request, context: context(user))
    }

    func setRole(_ role: Role, of id: UserID, by user: RequestContext.User, ifMatch: String? = nil) async throws -> User
    {
        try await SetUserRoleHandler(database: database)
            .handle(SetUserRole(id: id, role: role), context: context(user, precondition: ifMatch))
    }

    func ensure(_ email: EmailAddress, role: Role = .platformAdmin) async throws -> User {
        let request = EnsureUser(
            email: email,
            password: NewPassword(unchecked: Self.password),
            name: try #require(Name("Root")),
            role: role
        )
        return try await EnsureUserHandler(database: database, hasher: hasher).handle(request, context: context())
    }

    /// Someone of that role, signed in.
    func member(_ role: Role, of university: UniversityID? = nil) async throws -> RequestContext.User {
        let email = Self.address()
        let registered = try await register(email, at: university).user
        try await superuser {
            try await $0.execute("UPDATE auth.users SET role = \(role) WHERE id = \(registered.id)", scope: .none)
        }
        return try await user(logIn(email).value)
    }

    func profile(_ user: RequestContext.User) async throws -> Profile {
        try await GetProfileHandler(database: database).handle(GetProfile(), context: context(user))
    }

    func replace(_ fields: ProfileFields, of user: RequestContext.User, ifMatch: String? = nil) async throws -> Profile
    {
        try await ReplaceProfileHandler(database: database, universities: universities)
            .handle(ReplaceProfile(fields: fields), context: context(user, precondition: ifMatch))
    }

    func values(at paths: [String], of user: RequestContext.User) async throws -> ProfileValues {
        let request = GetProfileFields(paths: try paths.map { try #require(ProfilePath($0)) })
        return try await GetProfileFieldsHandler(database: database).handle(request, context: context(user))
    }

    func apply(
        _ values: [String: JSONValue],
        to user: RequestContext.User,
        as change: ProfileChangeID = ProfileChangeID(),
        at revision: Int? = nil
    ) async throws -> Int {
        try await ApplyProfileUpdateHandler(database: database, universities: universities)
            .handle(ApplyProfileUpdate(changeId: change, revision: revision, values: values), context: context(user))
            .revision
    }
}

/// A clock that stands still unless a test moves it.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp.now())

    func now() -> Timestamp { time.withLock(\.self) }
    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
