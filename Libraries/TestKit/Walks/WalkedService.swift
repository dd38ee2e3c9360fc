public import Contracts
import HTTPTypes
import Logging
import Mesh
public import Postgres
public import ServiceKit

/// A service's handlers behind its dispatcher, as the walks over its contracts call them.
public struct WalkedService: Sendable {
    let api: ServiceAPI
    let errors = LogLines(from: .error)
    private let dispatcher: Dispatcher
    private let database: Database
    private let superuser: PostgresConfiguration

    /// - Parameters:
    ///   - api: The service's operations and events.
    ///   - handlers: All handlers of the daemon.
    ///   - database: The service's database, with the service's role.
    ///   - test: The same database, bypassing every policy.
    public init(
        _ api: ServiceAPI,
        handlers: [any OperationHandler],
        database: Database,
        in test: TestDatabase
    ) {
        self.api = api
        self.database = database
        superuser = test.superuserConfiguration
        dispatcher = Dispatcher(
            api,
            version: "test",
            handlers: handlers,
            database: database,
            metrics: Metrics(),
            tracer: nil,
            logger: errors.logger
        )
    }

    /// The contracts that clients may call with one of these methods.
    func contracts(_ methods: [HTTPRequest.Method]) -> [Contract] {
        api.operations.map { $0.contract }
            .filter { contract in contract.route.map { methods.contains($0.method) } ?? false }
    }

    /// Sends a request as the gateway does.
    func send(
        _ contract: Contract,
        _ body: [UInt8],
        by user: RequestContext.User?,
        key: String? = nil,
        query: [MeshField] = [],
        headers: [MeshField] = []
    ) async -> MeshReply {
        var request = MeshRequest(
            operation: contract.name,
            timeLeft: .seconds(180),
            principal: user?.principal,
            idempotencyKey: key,
            query: query,
            headers: [MeshField("x-client-address", "192.0.2.1")] + headers,
            contentType: contract.requestType,
            body: body
        )
        request.caller = "gateway"
        return await dispatcher.handle(request)
    }

    func send(_ request: any ServiceOperation, by user: RequestContext.User?) async -> MeshReply {
        await send(type(of: request).contract, request.jsonBytes, by: user)
    }

    /// The number of replies stored for retries.
    func records() async throws -> Int {
        try await database.one("SELECT count(*) AS records FROM idempotency_records", scope: .none)["records"]
    }

    /// A hash of each table's rows.
    func contents() async throws -> [String: String] {
        let schema = api.service.replacing("-", with: "_")
        return try await withDatabase(superuser) { database in
            let rows = try await database.query(
                """
                SELECT tablename AS name, md5(query_to_xml(
                    format('SELECT row::text FROM %I.%I AS row ORDER BY 1', schemaname, tablename), true, false, '')::text
                ) AS hash
                FROM pg_tables WHERE schemaname = \(schema)
                """,
                scope: .none
            )
            return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["name"], try $0["hash"]) })
        }
    }

    /// The parts of emitted events that their types cannot read.
    public func unreadableEvents() async throws -> [String] {
        let rows = try await database.query("SELECT type, data FROM outbox ORDER BY id", scope: .none)
        return try rows.compactMap { row in
            let (name, data): (String, RawJSON) = (try row["type"], try row["data"])
            guard let type = api.events.first(where: { $0.type == name }) else {
                return "\(name) is not among the events"
            }
            do {
                _ = try type.init(jsonBytes: data.bytes)
                return nil
            } catch {
                return "\(name): \(error)"
            }
        }
    }
}

extension MeshReply {
    /// The reply on one line, for a walk's report.
    var text: String {
        let details = (failure?.details ?? []).map { "\($0.field): \($0.message)" }.joined(separator: ", ")
        return "\(status) \(failure?.code ?? String(decoding: body.prefix(200), as: UTF8.self)) \(details)"
    }

    var etag: String? { headers.first(named: "etag") }
}
