import AuthContracts
import Contracts
import Mesh

/// Asks auth whom API keys act for.
struct APIKeySource: Sendable {
    let mesh: MeshClient

    /// - Parameter hash: The key's SHA-256.
    /// - Returns: `nil` when there is no such key.
    /// - Throws: When auth does not say.
    func holder(of hash: [UInt8]) async throws -> APIKeyHolder? {
        let request = MeshRequest(
            operation: VerifyAPIKey.contract.name,
            timeLeft: VerifyAPIKey.contract.timeout,
            contentType: "application/json",
            body: VerifyAPIKey(hash: Text(unchecked: Base64URL.encode(hash))).jsonBytes
        )
        let reply = try await mesh.call(request, to: VerifyAPIKey.contract.service)
        if reply.failure?.code == ErrorCode.unauthorized.code { return nil }
        if let failure = reply.failure { throw failure }
        return try APIKeyHolder.read(body: reply.body)
    }
}
