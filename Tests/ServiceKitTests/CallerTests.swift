import Contracts
import HTTPTypes
import Mesh
import TestKit
import Testing

@testable import ServiceKit

private struct Lend: ServiceOperation {
    static let contract = Contract("lab.lend", access: .services, callers: ["forms"], "Lend", success: .noContent)
    typealias Reply = NoContent
}

private struct Look: ServiceOperation {
    static let contract = Contract(
        "lab.look",
        .post("/look"),
        access: .user,
        callers: ["forms"],
        "Look",
        success: .noContent,
        idempotency: .notOffered
    )
    typealias Reply = NoContent
}

private struct Purge: ServiceOperation {
    static let contract = Contract(
        "lab.purge",
        .post("/purge"),
        access: .permission("lab:purge"),
        "Purge",
        success: .noContent,
        idempotency: .notOffered
    )
    typealias Reply = NoContent
}

private struct Nothing<Request: ServiceOperation>: OperationHandler where Request.Reply == NoContent {
    func handle(_ request: Request, context: RequestContext) -> NoContent { NoContent() }
}

@Suite("Which callers an operation takes", .timeLimit(.minutes(10)))
struct CallerTests {
    /// A call of an operation, on the caller's own account or for a user.
    struct Case: CustomTestStringConvertible {
        let caller: String
        let operation: String
        let permissions: [String]?
        let status: Int

        init(_ caller: String, _ operation: String, for permissions: [String]? = nil, _ status: Int) {
            (self.caller, self.operation, self.permissions, self.status) = (caller, operation, permissions, status)
        }

        var testDescription: String { "\(caller) \(operation) \(permissions.map { "\($0)" } ?? "")" }
    }

    static let cases = [
        // An operation for services accepts only the callers that it names.
        Case("forms", "lab.lend", 204), Case("operator", "lab.lend", 204), Case("societies", "lab.lend", 403),
        Case("gateway", "lab.lend", 403), Case("gateway", "lab.lend", for: ["*:*"], 404),
        Case("societies", "lab.lend", for: ["*:*"], 403), Case("forms", "lab.lend", for: [], 204),
        // An operation for users accepts a service on its own account only if it names the service.
        Case("gateway", "lab.look", 401), Case("gateway", "lab.look", for: [], 204), Case("forms", "lab.look", 204),
        Case("societies", "lab.look", 401), Case("societies", "lab.look", for: [], 204),
        Case("operator", "lab.look", 204), Case("gateway", "lab.purge", 401),
        Case("gateway", "lab.purge", for: [], 403),
        Case("gateway", "lab.purge", for: ["lab:*"], 204), Case("forms", "lab.purge", 401),
        Case("operator", "lab.purge", 204),
    ]

    @Test("Over the real mesh", arguments: cases)
    func access(_ tried: Case) async throws {
        try await withTemporaryFolder { folder in
            let address = try MeshAddress(parsing: "ipc://\(folder)/lab")
            let keys = try MeshKeys(primary: [UInt8](repeating: 5, count: 32))
            let dispatcher = Dispatcher(lab: "lab", [Nothing<Lend>(), Nothing<Look>(), Nothing<Purge>()])
            let server = try MeshServer(
                configuration: MeshConfiguration(service: "lab", requestAddress: address, keys: keys),
                logger: .silent
            ) { await dispatcher.handle($0) }
            try server.start()
            let client = try MeshClient(
                configuration: MeshConfiguration(
                    service: tried.caller,
                    peers: ["lab": MeshPeer(requests: [address])],
                    keys: keys
                ),
                logger: .silent
            )
            let principal = tried.permissions.map {
                Principal(userID: "\(UserID())", tenantID: nil, sessionID: "", role: "student", permissions: $0)
            }
            let request = MeshRequest(operation: tried.operation, timeLeft: .seconds(10), principal: principal)
            #expect(try await client.call(request, to: "lab").status == tried.status)
            await client.close()
            await server.drain(for: .zero)
        }
    }
}
