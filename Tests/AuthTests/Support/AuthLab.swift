import Contracts
import Mesh
import Postgres
import ServiceKit
import Synchronization
import TestKit
import Testing
import Tokens

@testable import Auth
@testable import AuthContracts

/// The service among its neighbours, with a clock that stands still unless a test moves it.
struct AuthLab: Sendable {
    let lab: ServiceLab
    let clock: TestClock

    static let password = "nine lively herons"
    /// The address of clients that have no other.
    static let clientAddress = "192.0.2.1"
    private static let headers = ["x-client-address": clientAddress, "user-agent": "Tests/1.0"]

    static func environment(_ other: [String: String] = [:]) -> [String: String] {
        [
            "AUTH_KEY_ENCRYPTION_KEY": LabService.key, "PASSWORD_THREADS": "2", "PASSWORD_QUEUE": "1000",
        ].merging(other) { $1 }
    }

    var testDatabase: TestDatabase { lab.testDatabase }
    var database: ServiceDatabase { lab.database }
    var walked: WalkedService { lab.walked }
    var sessions: SessionIssuer { lab.handler(LogInHandler.self).sessions }
    var settings: AuthSettings { sessions.settings }
    var keys: SigningKeys { sessions.keys }

    /// The context of a request, for what a test calls past the dispatcher.
    func context(_ user: RequestContext.User? = nil) -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            clientAddress: Self.clientAddress,
            userAgent: "Tests/1.0",
            logger: .silent
        )
    }

    /// Runs `body` on the database with the superuser's role, which bypasses every policy.
    @discardableResult
    func superuser<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await lab.superuser(body)
    }

    /// Sends a request as the gateway does.
    func send(
        _ operation: some ServiceOperation,
        as user: RequestContext.User? = nil,
        ifMatch: String? = nil,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> MeshReply {
        let headers = Self.headers.merging(headers) { $1 }
        return try await lab.send(operation, as: user, ifMatch: ifMatch, key: key, headers: headers)
    }

    /// Calls an operation.
    @discardableResult
    func call<Operation: ServiceOperation>(
        _ operation: Operation,
        as user: RequestContext.User? = nil,
        ifMatch: String? = nil
    ) async throws -> Operation.Reply {
        try await lab.call(operation, as: user, ifMatch: ifMatch, headers: Self.headers)
    }

    /// Begins or prolongs a session; the reply's headers carry cookies.
    private func signIn(
        _ operation: some ServiceOperation,
        headers: [String: String] = [:]
    ) async throws -> SignedInReply {
        let reply = try await send(operation, headers: headers)
        try reply.requireSuccess()
        return SignedInReply(try SignedIn.read(body: reply.body), headers: reply.headers.map { ($0.name, $0.value) })
    }

    /// The claims of an access token, verified as the gateway does.
    func claims(_ token: String) async throws -> AccessTokenClaims {
        let verifier = TokenVerifier(
            keys: try await VerificationKeys(jsonWebKeySet: call(ListKeys()).value.jsonBytes),
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

    func events() async throws -> [SessionRevoked] {
        try await lab.query("SELECT data FROM auth.outbox ORDER BY id").map { row in
            let stored: Stored<SessionRevoked> = try row["data"]
            return stored.value
        }
    }
}

// What people do, by the names that they know it by.
extension AuthLab {
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
        return try await call(request).value
    }

    func logIn(
        _ email: EmailAddress,
        password: String = password,
        from address: String = clientAddress,
        cookie: Bool? = nil
    ) async throws -> SignedInReply {
        let request = LogIn(email: email, password: GivenPassword(unchecked: password), cookie: cookie)
        return try await signIn(request, headers: ["x-client-address": address])
    }

    func refresh(_ token: String?, cookie: String? = nil) async throws -> SignedInReply {
        let request = RefreshSession(refreshToken: token.map(RefreshToken.init(unchecked:)))
        return try await signIn(request, headers: cookie.map { ["cookie": $0] } ?? [:])
    }

    func logOut(_ user: RequestContext.User, _ scope: LogOut.Scope? = nil) async throws {
        try await call(LogOut(scope: scope), as: user)
    }

    func changePassword(_ user: RequestContext.User, from old: String = password, to new: String) async throws {
        let request = ChangePassword(
            currentPassword: GivenPassword(unchecked: old),
            newPassword: NewPassword(unchecked: new)
        )
        try await call(request, as: user)
    }

    func list(_ user: RequestContext.User) async throws -> [Session] {
        try await call(ListSessions(page: PageRequest(limit: 100)), as: user).items
    }

    func end(_ session: SessionID, by user: RequestContext.User) async throws {
        try await call(EndSession(id: session), as: user)
    }

    /// The revocations that gateways are told, in pages of another size than the service's if one is given.
    func revocations(
        since position: Int64? = nil,
        after last: SessionID? = nil,
        pageSize: Int? = nil
    ) async throws -> Revocations {
        let request = ListRevocations(since: position, after: last)
        guard let pageSize else { return try await call(request) }
        let period = AuthSettings.revocationPeriod
        return try await ListRevocationsHandler(database: database, period: period, pageSize: pageSize)
            .handle(request, context: context())
    }

    func getUser(_ id: UserID, by user: RequestContext.User) async throws -> User {
        try await call(GetUser(id: id), as: user)
    }

    func listUsers(_ request: ListUsers = ListUsers(), by user: RequestContext.User) async throws -> Page<User> {
        try await call(request, as: user)
    }

    func setRole(_ role: Role, of id: UserID, by user: RequestContext.User, ifMatch: String? = nil) async throws -> User
    {
        try await call(SetUserRole(id: id, role: role), as: user, ifMatch: ifMatch)
    }

    func ensure(_ email: EmailAddress, role: Role = .platformAdmin) async throws -> User {
        let password = NewPassword(unchecked: Self.password)
        return try await call(EnsureUser(email: email, password: password, name: #require(Name("Root")), role: role))
    }

    /// Someone of that role, signed in.
    func member(_ role: Role, of university: UniversityID? = nil) async throws -> RequestContext.User {
        let email = Self.address()
        let registered = try await register(email, at: university).user
        try await lab.execute("UPDATE auth.users SET role = \(role) WHERE id = \(registered.id)")
        return try await user(logIn(email).value)
    }

    func profile(_ user: RequestContext.User) async throws -> Profile { try await call(GetProfile(), as: user) }

    func replace(_ fields: ProfileFields, of user: RequestContext.User, ifMatch: String? = nil) async throws -> Profile
    {
        try await call(ReplaceProfile(fields: fields), as: user, ifMatch: ifMatch)
    }

    func values(at paths: [String], of user: RequestContext.User) async throws -> ProfileValues {
        try await call(GetProfileFields(paths: paths.map { try #require(ProfilePath($0)) }), as: user)
    }

    func apply(
        _ values: [String: JSONValue],
        to user: RequestContext.User,
        as change: ProfileChangeID = ProfileChangeID(),
        at revision: Int? = nil
    ) async throws -> Int {
        try await call(ApplyProfileUpdate(changeId: change, revision: revision, values: values), as: user).revision
    }
}

/// A clock that stands still unless a test moves it.
final class TestClock: Sendable {
    /// In whole milliseconds, as times are in JSON.
    private let time = Mutex(Timestamp(microseconds: Timestamp.now().microseconds / 1_000 * 1_000))

    func now() -> Timestamp { time.withLock(\.self) }
    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// Runs a test with an auth service of its own.
func withAuth(
    environment: [String: String] = [:],
    among neighbours: [LabService] = [.academic, .idParser],
    _ body: (AuthLab) async throws -> Void
) async throws {
    let clock = TestClock()
    let auth = LabService(AuthDaemon.daemon(now: clock.now), environment: AuthLab.environment(environment))
    try await withServiceLab(auth, among: neighbours) { lab in
        try await body(AuthLab(lab: lab, clock: clock))
    }
}

extension AuthSettings {
    /// The settings of a lab, with what a test wants otherwise.
    init(testing environment: [String: String] = [:]) {
        self.init(Settings(environment: AuthLab.environment(environment)))
    }
}
