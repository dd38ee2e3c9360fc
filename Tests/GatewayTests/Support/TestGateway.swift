import AuthContracts
import Contracts
import Logging
import Mesh
import NotifierContracts
import OpenSSL
import ServiceKit
import ServiceLifecycle
import Synchronization
import TestKit
import Tokens

@testable import Gateway

/// The whole gateway on a port of its own, with real services behind it.
final class TestGateway: Sendable {
    let port: Int
    let edge: Edge
    let auth: PeerService
    let lab: PeerService
    let notifier: PeerService
    /// Lets go what the lab holds.
    let gate = Gate()
    let keys: TestKeys
    let admissions: Admissions
    let metrics: Metrics

    /// What auth has: keys, and sessions that ended.
    final class TestKeys: Sendable {
        private struct State {
            var keys: [SigningKey] = []
            var ended: [SessionID] = []
            var fetches = 0
            var holders: [String: APIKeyHolder] = [:]
            var verifications = 0
            var failing: Set<String> = []
        }

        private let state = Mutex(State())

        init() throws { try add("first") }

        @discardableResult
        func add(_ id: String) throws -> SigningKey {
            let key = try SigningKey(id: id)
            state.withLock { $0.keys.append(key) }
            return key
        }

        var first: SigningKey? { state.withLock { $0.keys.first } }
        var fetches: Int { state.withLock { $0.fetches } }
        /// How often a key was asked about.
        var verifications: Int { state.withLock { $0.verifications } }

        /// An API key that auth knows.
        func addAPIKey(
            of user: UserID = UserID(),
            permissions: [Permission] = [],
            expiresAt: Timestamp? = nil
        ) -> (text: String, id: APIKeyID) {
            let text = "rov_" + Base64URL.encode(SecureRandom.bytes(32))
            let id = APIKeyID()
            let holder = APIKeyHolder(
                keyId: id,
                userId: user,
                tenantId: nil,
                role: .student,
                permissions: permissions,
                expiresAt: expiresAt
            )
            state.withLock { $0.holders[Base64URL.encode(SHA256.hash(Array(text.utf8)))] = holder }
            return (text, id)
        }

        /// What deleting a key does in auth.
        func endAPIKey(_ id: APIKeyID) {
            state.withLock { state in
                state.holders = state.holders.filter { $0.value.keyId != id }
                state.ended.append(id.cast())
            }
        }

        /// What auth cannot answer for now, such as what needs its database; everything else it can again.
        func fail(_ operations: [any ServiceOperation.Type]) {
            state.withLock { $0.failing = Set(operations.map { $0.contract.name }) }
        }

        func end(_ session: SessionID) { state.withLock { $0.ended.append(session) } }

        private static let failure = MeshReply(
            status: 503,
            failure: MeshFailure(code: "SERVICE_UNAVAILABLE", message: "No.")
        )

        func answer(_ request: MeshRequest) throws -> MeshReply {
            try state.withLock { state in
                if request.operation == ListKeys.contract.name { state.fetches += 1 }
                guard !state.failing.contains(request.operation) else { return Self.failure }
                switch request.operation {
                case ListKeys.contract.name:
                    let keys = state.keys.map { PublicKey(kid: $0.id, x: $0.encodedPublicKey) }
                    return MeshReply(body: Bare(PublicKeySet(keys: keys)).body(trimmedTo: nil))
                case ListRevocations.contract.name:
                    let asked = try ListRevocations(jsonBytes: request.body)
                    let news = state.ended.dropFirst(Int(asked.since ?? 0)).sorted().filter { session in
                        asked.after.map { session > $0 } ?? true
                    }
                    let page = news.prefix(2)  // small, so that every test reads several pages
                    let reply = Revocations(
                        position: Int64(state.ended.count),
                        revocations: page.map { Revocation(sessionId: $0, revokedAt: .now()) },
                        next: news.count > 2 ? page.last : nil
                    )
                    return MeshReply(body: reply.body(trimmedTo: nil))
                case VerifyAPIKey.contract.name:
                    state.verifications += 1
                    let asked = try VerifyAPIKey(jsonBytes: request.body)
                    guard let holder = state.holders[asked.hash.text] else {
                        return MeshReply(status: 401, failure: MeshFailure(code: "UNAUTHORIZED", message: "No."))
                    }
                    return MeshReply(body: holder.body(trimmedTo: nil))
                default: return MeshReply(status: 404, failure: MeshFailure(code: "NOT_FOUND", message: "None."))
                }
            }
        }
    }

    /// Where the services are, how to speak with them, and the rest of what a gateway reads.
    let variables: [String: String]

    init(folder: String, environment: [String: String], limits: Edge.Limits) throws {
        let key = [UInt8](repeating: 7, count: 32)
        let keys = try TestKeys()
        let admissions = Admissions()
        auth = try PeerService("auth", folder: folder, key: key, operations: [ListKeys.self]) { try keys.answer($0) }
        lab = try PeerService("lab", folder: folder, key: key, operations: labOperations) { [gate] request in
            try await echo(request, gate: gate)
        }
        notifier = try PeerService("notifier", folder: folder, key: key, operations: []) { await admissions.answer($0) }
        var variables = [
            "SERVICES": "auth,lab,notifier",
            "ALLOWED_ORIGINS": "https://app.uni.example,http://localhost:3000", "HTTP_BIND": "127.0.0.1:0",
            "ACCESS_LOG": "false", "EVENT_LOOPS": "2",
        ]
        for peer in [auth, lab, notifier] {
            let name = MeshConfiguration.variable(of: peer.name)
            variables[name] = peer.addresses.requests.map(\.description).joined(separator: ",")
            variables["\(name)_EVENTS"] = peer.addresses.events.map(\.description).joined(separator: ",")
        }
        let offered = environment["SERVICES"] ?? variables["SERVICES"] ?? ""
        variables["MESH_KEYS"] = try MeshRoot(key).keyring(
            of: "gateway",
            calling: offered.split(separator: ",").map(String.init),
            calledBy: [],
            hearing: ["auth", "notifier"],
            stating: true,
            believing: []
        ).text
        self.variables = variables
        variables.merge(environment) { $1 }
        let settings = Settings(environment: variables)
        let configuration = GatewayDaemon.Variables(settings)
        try settings.finish()
        metrics = Metrics()
        let logger = Logger(label: "gateway") { _ in SwiftLogNoOpLogHandler() }
        let services = try GatewayServices(
            configuration.own,
            mesh: configuration.mesh,
            limits: limits,
            metrics: metrics,
            logger: logger
        )
        self.services = services.services
        self.keys = keys
        self.admissions = admissions
        edge = services.edge
        guard let port = services.server.port else { throw Missing(what: "port") }
        self.port = port
    }

    /// Whether `/metrics` would have such a line.
    func has(_ figure: String) -> Bool { metrics.text().contains("\n\(figure)\n") }

    private let services: [any Service]
    private let group = Mutex<ServiceGroup?>(nil)

    /// Begins what SIGTERM begins.
    func shutDown() { Task { [group = group.withLock { $0 }] in await group?.triggerGracefulShutdown() } }

    /// Whether everything can be asked of it.
    private var isUp: Bool {
        edge.isReady && edge.admission.routes.snapshot.isComplete && edge.realtime.isFollowing
    }

    /// Runs it for as long as `body` does, which begins once `isUp` is answered with yes.
    func run<Value: Sendable>(
        once isUp: (TestGateway) -> Bool = { $0.isUp },
        _ body: @Sendable (TestGateway) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
        var configuration = ServiceGroupConfiguration(services: services, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let group = ServiceGroup(configuration: configuration)
        self.group.withLock { $0 = group }
        let running = Task { try await group.run() }
        let result: Result<Value, any Error>
        do {
            try await until { isUp(self) ? () : nil }
            result = .success(try await body(self))
        } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        _ = try? await running.value  // a shutdown that had to be cut short is no fault of the test
        for service in [auth, lab, notifier] { await service.stop() }
        return try result.get()
    }

    /// An access token as auth would issue it.
    func token(
        user: UserID = UserID(),
        session: SessionID = SessionID(),
        permissions: [String] = [],
        expiresIn seconds: Int = 900,
        key: SigningKey? = nil,
        change: (inout AccessTokenClaims) -> Void = { _ in }
    ) async throws -> String {
        guard let key = key ?? keys.first else { throw Missing(what: "key") }
        let now = Timestamp.now().secondsSince1970
        var claims = AccessTokenClaims(
            subject: "\(user)",
            session: "\(session)",
            tenant: nil,
            role: "student",
            permissions: permissions,
            issuedAt: now,
            expiresAt: now + seconds,
            issuer: "rovierr",
            audience: "rovierr"
        )
        change(&claims)
        return try await TokenIssuer(key: key).issue(claims)
    }
}

/// What a test needs is not there.
struct Missing: Error {
    let what: String
}

/// Starts services and a gateway before them, and ends them in order.
func withGateway<Value: Sendable>(
    _ environment: [String: String] = [:],
    limits: Edge.Limits = Edge.Limits(),
    _ body: @Sendable (TestGateway) async throws -> Value
) async throws -> Value {
    try await withTemporaryFolder { folder in
        try await TestGateway(folder: folder, environment: environment, limits: limits).run(body)
    }
}
