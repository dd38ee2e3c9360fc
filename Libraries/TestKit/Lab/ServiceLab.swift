public import Contracts
public import Mesh
public import Postgres
public import ServiceKit

/// A service and its neighbours as their daemons assemble them, in one process and on a database of their own.
///
/// Every request passes the dispatcher of its service, as bytes: access, fields, conditions, repeated requests and
/// errors are as in production.
///
///     try await withServiceLab(LabService(SocietiesDaemon.daemon), among: [.forms]) { lab in
///         let society = try await lab.call(CreateSociety(name: name), as: lab.user()).value
///         try await lab.deliverEvents()
///     }
public struct ServiceLab: Sendable {
    /// The university of everyone who has no other.
    public let university = UniversityID()
    public let testDatabase: TestDatabase
    let instance: ServiceInstance
    let network: LabNetwork

    /// The tested service's database, with its own role.
    public var database: ServiceDatabase { instance.database }
    /// Calls neighbours as the tested service does.
    public var caller: ServiceCaller { instance.caller }

    /// The tested service's handler of that type, for a look inside.
    ///
    /// - Parameter type: The handler's type; the process stops if there is none.
    /// - Returns: The handler that answers requests.
    public func handler<Handler: OperationHandler>(_ type: Handler.Type) -> Handler {
        for handler in instance.handlers {
            if let handler = handler as? Handler { return handler }
        }
        preconditionFailure("\(instance.api.service) has no \(type)")
    }

    /// The tested service, as the walks over its contracts call it.
    public var walked: WalkedService {
        WalkedService(instance.api, handlers: instance.handlers, database: database.database, in: testDatabase)
    }

    // MARK: - Calls

    /// Calls an operation of the tested service or of a neighbour.
    ///
    /// - Parameters:
    ///   - operation: The request.
    ///   - service: The service that answers; to be given for a reserved operation.
    ///   - user: The requesting user; `nil` for nobody.
    ///   - ifMatch: The `If-Match` header.
    ///   - key: The `Idempotency-Key` header.
    ///   - headers: Further headers, by names in lower case.
    /// - Returns: The reply's body, read.
    /// - Throws: The `ServiceError` that the reply carries.
    @discardableResult
    public func call<Operation: ServiceOperation>(
        _ operation: Operation,
        to service: String = Operation.contract.service,
        as user: RequestContext.User? = nil,
        ifMatch: String? = nil,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Operation.Reply {
        let reply = try await send(operation, to: service, as: user, ifMatch: ifMatch, key: key, headers: headers)
        try reply.requireSuccess()
        return try Operation.Reply.read(body: reply.body)
    }

    /// Sends a request as the gateway does, or as a service that may where no route leads to the operation.
    ///
    /// - Parameters:
    ///   - operation: The request.
    ///   - service: The service that answers; to be given for a reserved operation.
    ///   - user: The requesting user; `nil` for nobody.
    ///   - ifMatch: The `If-Match` header.
    ///   - key: The `Idempotency-Key` header.
    ///   - headers: Further headers, by names in lower case.
    /// - Returns: The reply, be it success or failure.
    /// - Throws: `MeshError` if the reply takes minutes.
    public func send<Operation: ServiceOperation>(
        _ operation: Operation,
        to service: String = Operation.contract.service,
        as user: RequestContext.User? = nil,
        ifMatch: String? = nil,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> MeshReply {
        var request = try MeshRequest(operation, to: service)
        request.principal = user?.principal
        request.idempotencyKey = key
        request.headers = headers.map { MeshField($0.key, $0.value) }
        if let ifMatch { request.headers.append(MeshField("if-match", ifMatch)) }
        return try await network.answer(request, by: service)
    }

    /// The `ETag` of what a GET shows, which its body may lack: times in JSON end at the millisecond.
    ///
    /// - Parameters:
    ///   - resource: The GET.
    ///   - user: The requesting user; `nil` for nobody.
    /// - Returns: The tag; `nil` if the reply has none.
    /// - Throws: The `ServiceError` that the reply carries.
    public func tag(of resource: some ServiceOperation, as user: RequestContext.User? = nil) async throws -> String? {
        let reply = try await send(resource, as: user)
        try reply.requireSuccess()
        return reply.headers.first(named: "etag")
    }

    // MARK: - Events

    /// Brings all events to their consumers, and those that the consumers emit in turn.
    public func deliverEvents() async throws { try await network.deliverEvents() }

    /// Lets a service emit an event, as a transaction of its own would.
    ///
    /// - Parameters:
    ///   - event: The event, of the tested service or of a neighbour.
    ///   - tenant: The university that it concerns; `nil` for the lab's.
    /// - Throws: `MeshError` for an event of a service that the lab does not have, `PostgresError`.
    public func emit(_ event: some ServiceEvent, tenant: UniversityID? = nil) async throws {
        let producer = type(of: event).producer
        let context = RequestContext.system(producer, logger: .silent)
        try await network.instance(of: producer).database.transaction(context, scope: .platform) {
            try await $0.emit(event, tenant: tenant ?? university)
        }
    }

    /// Lets a service emit several events in one transaction.
    ///
    /// - Parameter events: The events, of the tested service or of a neighbour.
    /// - Throws: `MeshError` for events of a service that the lab does not have, `PostgresError`.
    public func emit<Event: ServiceEvent>(_ events: [Event]) async throws {
        let context = RequestContext.system(Event.producer, logger: .silent)
        try await network.instance(of: Event.producer).database.transaction(context, scope: .platform) {
            try await $0.emit(events, tenant: university)
        }
    }

    /// The types of all events that the tested service has emitted, in order.
    public func events() async throws -> [String] {
        try await database.database.query("SELECT type FROM outbox ORDER BY id", scope: .none).map { try $0["type"] }
    }

    // MARK: - Database

    /// Runs `body` on the database with the superuser's role, which bypasses every policy.
    public func superuser<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.superuserConfiguration, body)
    }

    /// Runs `body` on the database with the tested service's role, which policies apply to.
    public func serviceRole<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(testDatabase.configuration(for: network.role(of: instance.api.service)), body)
    }

    /// Runs a statement as superuser.
    ///
    /// - Parameter sql: Names tables with their schema.
    /// - Returns: The number of rows that it touched.
    /// - Throws: `PostgresError`.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await superuser { try await $0.execute(sql, scope: .none) }
    }

    /// Reads rows as superuser.
    ///
    /// - Parameter sql: Names tables with their schema.
    /// - Returns: The rows.
    /// - Throws: `PostgresError`.
    public func query(_ sql: SQL) async throws -> PostgresRows {
        try await superuser { try await $0.query(sql, scope: .none) }
    }

    /// Reads the only row as superuser.
    ///
    /// - Parameter sql: Names tables with their schema.
    /// - Returns: The row.
    /// - Throws: `PostgresError`, also if there is another number of rows.
    public func one(_ sql: SQL) async throws -> PostgresRow {
        try await superuser { try await $0.one(sql, scope: .none) }
    }
}

extension ServiceLab {
    /// Somebody new.
    ///
    /// - Parameters:
    ///   - role: The role.
    ///   - university: The university; `nil` for the lab's.
    ///   - permissions: The role's permissions.
    /// - Returns: The user, signed in.
    public func user(
        _ role: String = "student",
        at university: UniversityID? = nil,
        _ permissions: Permission...
    ) -> RequestContext.User {
        RequestContext.User(
            id: UserID(),
            tenant: university ?? self.university,
            session: SessionID(),
            role: role,
            permissions: permissions
        )
    }

    /// Somebody who may do everything everywhere.
    public var platformAdmin: RequestContext.User {
        RequestContext.User(
            id: UserID(),
            tenant: nil,
            session: SessionID(),
            role: Role.platformAdmin.rawValue,
            permissions: Role.platformAdmin.permissions
        )
    }

    /// The context of a request, for what a test calls past the dispatcher.
    public func context(_ user: RequestContext.User?, clientAddress: String = "") -> RequestContext {
        RequestContext(
            requestID: "test",
            caller: "gateway",
            user: user,
            timeLeft: .seconds(180),
            clientAddress: clientAddress,
            logger: .silent
        )
    }
}

/// Runs a test with a service, and with those that it calls or whose events it reads.
///
/// - Parameters:
///   - service: The tested service.
///   - neighbours: Those that answer it; calls to any other fail.
///   - body: The test.
/// - Returns: The value that `body` returns.
/// - Throws: The error that `body` throws.
public func withServiceLab<Value>(
    _ service: LabService,
    among neighbours: [LabService] = [],
    _ body: (ServiceLab) async throws -> Value
) async throws -> Value {
    let services = [service] + neighbours
    return try await withTestDatabase(services: services.map(\.schema)) { testDatabase in
        let network = LabNetwork(services)
        var databases: [Database] = []
        let result: Result<Value, any Error> = await Result {
            for (index, service) in services.enumerated() {
                var configuration = testDatabase.configuration(for: service.role)
                if index > 0 { (configuration.pipelinedConnections, configuration.transactionConnections) = (1, 2) }
                let database = Database(configuration: configuration, logger: .silent)
                databases.append(database)
                try await network.start(service, on: database)
            }
            let instance = try network.instance(of: service.name)
            return try await body(ServiceLab(testDatabase: testDatabase, instance: instance, network: network))
        }
        network.end()
        for database in databases { await database.close() }
        return try result.get()
    }
}
