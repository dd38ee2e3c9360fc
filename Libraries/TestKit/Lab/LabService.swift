import Contracts
import HTTPTypes
import Logging
import Mesh
import Postgres
public import ServiceKit

/// A service that a lab can have, as its daemon assembles it.
public struct LabService: Sendable {
    /// A key of 32 bytes in hexadecimal, for variables that must hold one.
    public static let key = String(repeating: "5a", count: 32)

    let name: String
    /// The role in the database, and the schema.
    let role: String
    let schema: TestService
    /// The services that it says it calls.
    let peers: [String]
    let assemble: @Sendable (Database, any ServiceTransport) async throws -> ServiceInstance

    /// - Parameters:
    ///   - daemon: The daemon.
    ///   - environment: Its own variables.
    public init<Configuration>(_ daemon: Daemon<Configuration>, environment: [String: String] = [:]) {
        name = daemon.api.service
        role = Daemon<Configuration>.schema(of: name)
        schema = TestService(role, migrations: daemon.migrations)
        peers = daemon.neighbours(Settings(environment: environment)).peers
        assemble = { database, transport in
            try await daemon.instance(environment: environment, on: database, over: transport, logger: .silent)
        }
    }
}

extension MeshRequest {
    /// A request as the gateway makes it of a client's, or as a service makes it where no route leads to the operation.
    init<Operation: ServiceOperation>(_ operation: Operation, to service: String) throws {
        let contract = Operation.contract(in: service)
        self.init(
            operation: contract.name,
            version: UInt32(contract.version),
            timeLeft: .seconds(180),
            contentType: contract.requestType
        )
        guard let route = contract.route else {
            caller = contract.callers.first ?? "operator"
            body = operation.jsonBytes
            return
        }
        caller = "gateway"
        let members = try JSONParser.parse(operation.jsonBytes).objectValue ?? JSONObject()
        let path = route.pathFields
        pathParameters = path.map { MeshField($0, members[$0]?.parameterText ?? "") }
        let rest = members.members.filter { !path.contains($0.name) }
        if !route.hasBody {
            query = rest.filter { $0.value != .null }.map { MeshField($0.name, $0.value.parameterText) }
        } else if !rest.isEmpty || route.method == .patch {
            body = JSONValue.object(JSONObject(rest.map { ($0.name, $0.value) })).bytes
        }
    }
}

extension JSONValue {
    /// The value as text in a path or a query.
    fileprivate var parameterText: String { stringValue ?? String(decoding: bytes, as: UTF8.self) }
}
