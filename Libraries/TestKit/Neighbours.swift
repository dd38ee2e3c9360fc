public import Mesh
public import ServiceKit

/// Runs a test of a service among those that it calls, each played by a handler on the real mesh.
///
/// - Parameters:
///   - service: The one that is tested.
///   - handlers: What the others answer.
///   - body: Gets what the service calls them with.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws.
public func withNeighbours<Value>(
    of service: String,
    _ handlers: [String: @Sendable (MeshRequest) async throws -> MeshReply],
    _ body: (ServiceCaller) async throws -> Value
) async throws -> Value {
    try await withTemporaryFolder { folder in
        let keys = try MeshKeys(primary: (0..<32).map { _ in .random(in: .min ... .max) })
        var servers: [MeshServer] = []
        var peers: [String: MeshPeer] = [:]
        for (name, handler) in handlers {
            let address = try MeshAddress(parsing: "ipc://\(folder)/\(name)")
            let server = try MeshServer(
                configuration: MeshConfiguration(service: name, requestAddress: address, keys: keys),
                logger: .silent,
                handler: handler
            )
            try server.start()
            servers.append(server)
            peers[name] = MeshPeer(requests: [address])
        }
        let client = try MeshClient(
            configuration: MeshConfiguration(service: service, peers: peers, keys: keys),
            logger: .silent
        )
        let result = await Result { try await body(ServiceCaller(client: client)) }
        await client.close(drainingFor: .zero)
        for server in servers { await server.drain(for: .zero) }
        return try result.get()
    }
}

extension Result where Failure == any Error {
    /// What comes of `body`, for those who have to clean up behind it.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
