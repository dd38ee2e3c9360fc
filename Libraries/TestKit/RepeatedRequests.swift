public import Contracts
import HTTPTypes
import Logging
import Mesh
public import Postgres
public import ServiceKit
import Synchronization

/// One operation as `RepeatedRequests` tries it.
public struct RepeatedCall: Sendable {
    let name: String
    let make: @Sendable () async throws -> (body: [UInt8], user: RequestContext.User?)
    let revoke: (@Sendable () async throws -> Void)?

    /// - Parameters:
    ///   - operation: Which one.
    ///   - revoke: Takes from the user of the last `make` what the operation asks for, such as an office; `nil` where only
    ///     the contract's rule decides.
    ///   - make: Prepares what the operation needs, and returns a request that succeeds and who makes it. Called again for
    ///     each request that is to take effect by itself.
    public init<Operation: ServiceOperation>(
        _ operation: Operation.Type,
        revoke: (@Sendable () async throws -> Void)? = nil,
        _ make: @escaping @Sendable () async throws -> (Operation, RequestContext.User?)
    ) {
        name = Operation.contract.name
        self.revoke = revoke
        self.make = {
            let (request, user) = try await make()
            return (request.jsonBytes, user)
        }
    }
}

/// Shows for every POST of a service that it does with an `Idempotency-Key` what its contract says.
public struct RepeatedRequests: Sendable {
    private let dispatcher: Dispatcher
    private let contracts: [Contract]
    private let database: Database
    private let calls: [String: RepeatedCall]
    private let errors = LoggedErrors()

    /// - Parameters:
    ///   - service: The daemon's name.
    ///   - handlers: All that the daemon has.
    ///   - database: The service's own, as its role.
    ///   - calls: One for each POST that clients may call.
    public init(service: String, handlers: [any OperationHandler], database: Database, calls: [RepeatedCall]) {
        dispatcher = Dispatcher(
            service: service,
            version: "test",
            handlers: handlers,
            events: [],
            database: database,
            metrics: Metrics(),
            tracer: nil,
            logger: errors.logger
        )
        contracts = handlers.map { type(of: $0).operation.contract }.filter { $0.route?.method == .post }
        self.database = database
        self.calls = Dictionary(uniqueKeysWithValues: calls.map { ($0.name, $0) })
    }

    /// Tries every POST.
    ///
    /// - Returns: What breaks its contract, and the operations that no call was given for; empty when all is well.
    public func faults() async throws -> [String] {
        var faults: [String] = []
        for contract in contracts {
            guard let call = calls[contract.name] else {
                faults.append("\(contract.name): no call is given")
                continue
            }
            let found =
                switch contract.idempotency {
                case .recorded: try await recordedFaults(call, contract)
                case .naturallyIdempotent: try await naturalFaults(call)
                case .notOffered: try await ignoredFaults(call)
                }
            faults += found.map { "\(contract.name): \($0)" }
        }
        return faults
    }

    private func recordedFaults(_ call: RepeatedCall, _ contract: Contract) async throws -> [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ fault: String) { if !holds { faults.append(fault) } }
        let (body, user) = try await call.make()
        let key = MeshRequest.randomID()
        let before = try await records()
        let first = await send(call, body, user, key)
        guard first.failure == nil else { return ["the first request is refused: \(first.text)"] }
        let isRecorded = try await records() == before + 1
        check(isRecorded, "nothing is recorded")
        for error in errors.take() { faults.append(error) }
        let second = await send(call, body, user, key)
        check(second == first, "a repetition is answered otherwise: \(second.text) after \(first.text)")
        let other = await send(call, body, user, key, query: [MeshField("other", "1")])
        check(other.failure?.code == "IDEMPOTENCY_KEY_REUSED", "the key serves another request: \(other.text)")
        if let user {
            let stranger = await send(call, body, user.withOtherSession(), key)
            let after = try await records()
            let isReplayed = stranger.failure == nil && after == before + 1
            check(!isReplayed, "another credential is shown the record")
            let powerless = await send(call, body, user.withoutPermissions(), key)
            let isOpen: Bool = if case .permission = contract.access { false } else { true }
            check(isOpen || powerless.status == 403, "the access rule comes after the record: \(powerless.text)")
        }
        if let revoke = call.revoke {
            try await revoke()
            let late = await send(call, body, user, key)
            check(
                contract.endsAccess || [401, 403, 404].contains(late.status),
                "who lost the right is answered: \(late.text)"
            )
        }
        return faults
    }

    private func naturalFaults(_ call: RepeatedCall) async throws -> [String] {
        let (body, user) = try await call.make()
        let replies = [await send(call, body, user, "k"), await send(call, body, user, "k")]
        return replies[0].status == replies[1].status && replies[0].failure == nil
            ? [] : ["a repetition is answered otherwise: \(replies[1].text) after \(replies[0].text)"]
    }

    private func ignoredFaults(_ call: RepeatedCall) async throws -> [String] {
        let (body, user) = try await call.make()
        let before = try await records()
        let first = await send(call, body, user, "k")
        guard first.failure == nil else { return ["the first request is refused: \(first.text)"] }
        let other = await send(call, body, user, "k", query: [MeshField("other", "1")])
        guard try await records() == before, other.failure?.code != "IDEMPOTENCY_KEY_REUSED" else {
            return ["the key is not ignored"]
        }
        return []
    }

    private func records() async throws -> Int {
        try await database.one("SELECT count(*) AS records FROM idempotency_records", scope: .none)["records"]
    }

    private func send(
        _ call: RepeatedCall,
        _ body: [UInt8],
        _ user: RequestContext.User?,
        _ key: String,
        query: [MeshField] = []
    ) async -> MeshReply {
        var request = MeshRequest(
            operation: call.name,
            timeLeft: .seconds(20),
            principal: user?.principal,
            idempotencyKey: key,
            query: query,
            headers: [MeshField("x-client-address", "192.0.2.1")],
            contentType: "application/json",
            body: body
        )
        request.caller = "gateway"
        return await dispatcher.handle(request)
    }
}

extension RequestContext.User {
    fileprivate func withOtherSession() -> Self {
        Self(id: id, tenant: tenant, session: SessionID(), role: role, permissions: permissions)
    }

    fileprivate func withoutPermissions() -> Self {
        Self(id: id, tenant: tenant, session: session, role: role, permissions: [])
    }
}

extension MeshReply {
    fileprivate var text: String { "\(status) \(failure?.code ?? String(decoding: body.prefix(200), as: UTF8.self))" }

    fileprivate static func == (left: Self, right: Self) -> Bool {
        left.status == right.status && left.failure?.code == right.failure?.code && left.body == right.body
            && left.headers.map(\.name) == right.headers.map(\.name)
            && left.headers.map(\.value) == right.headers.map(\.value)
    }
}

/// Keeps what is logged as an error.
private final class LoggedErrors: Sendable {
    private let lines = Mutex<[String]>([])

    var logger: Logger { Logger(label: "test") { _ in Handler(errors: self) } }

    func take() -> [String] {
        lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
    }

    private struct Handler: LogHandler {
        let errors: LoggedErrors
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.error

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            errors.lines.withLock { $0.append("\(event.message)") }
        }
    }
}
