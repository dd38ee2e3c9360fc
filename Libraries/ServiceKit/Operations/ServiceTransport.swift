package import Mesh

/// Carries requests to other services, as a mesh client does.
package protocol ServiceTransport: Sendable {
    /// Carries one request.
    ///
    /// - Parameters:
    ///   - request: The request; its deadline bounds the wait.
    ///   - service: The service that answers.
    /// - Returns: The service's reply, be it success or failure.
    /// - Throws: `MeshError` if there is no reply, or `CancellationError`.
    func call(_ request: MeshRequest, to service: String) async throws -> MeshReply
}

extension MeshClient: ServiceTransport {}
