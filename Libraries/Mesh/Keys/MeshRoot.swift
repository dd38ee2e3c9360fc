internal import OpenSSL

/// The secret from which every key of a deployment's mesh derives.
///
/// Its holder can act as any service, so only the maker of keyrings has it; a daemon has its ``MeshKeyring``.
public struct MeshRoot: Sendable {
    private let secret: [UInt8]

    /// Takes the secret.
    ///
    /// - Throws: ``MeshConfigurationError`` if it has fewer than 32 bytes.
    public init(_ secret: [UInt8]) throws(MeshConfigurationError) {
        guard secret.count >= 32 else {
            throw MeshConfigurationError(reason: "A root of mesh keys has fewer than 32 bytes")
        }
        self.secret = secret
    }

    /// Makes the keys of one service.
    ///
    /// - Parameters:
    ///   - service: The keyring's owner.
    ///   - callees: Services that it calls or asks for events.
    ///   - callers: Services that call it.
    ///   - producers: Services whose events it may listen to, besides its own.
    ///   - signer: Tells whether it signs users' identities.
    ///   - signers: Services whose signed identities it accepts.
    /// - Returns: The service's keyring.
    public func keyring(
        of service: String,
        calling callees: [String],
        calledBy callers: [String],
        hearing producers: [String],
        stating signer: Bool = false,
        believing signers: [String]
    ) -> MeshKeyring {
        MeshKeyring(
            service: service,
            callees: keys(callees) { pairKey(from: service, to: $0) },
            callers: keys(callers) { pairKey(from: $0, to: service) },
            publicationSeed: publicationSeed(of: service),
            producers: keys(producers) { Self.publicKey(publicationSeed(of: $0)) },
            identitySeed: signer ? identitySeed(of: service) : nil,
            signers: keys(signers) { Self.publicKey(identitySeed(of: $0)) }
        )
    }

    private func keys(_ names: [String], _ key: (String) -> [UInt8]) -> [String: [UInt8]] {
        Dictionary(names.map { ($0, key($0)) }) { first, _ in first }
    }

    /// The key that seals requests from one service to another, and their replies.
    func pairKey(from caller: String, to callee: String) -> [UInt8] { derived("pair", caller, callee) }

    /// The seed of the private key for a service's publications.
    func publicationSeed(of service: String) -> [UInt8] { derived("publication", service) }

    /// The seed of the private key for a signer's statements about users.
    func identitySeed(of signer: String) -> [UInt8] { derived("identity", signer) }

    /// Derives a key with HKDF; names contain no zero byte, so two lists of them never encode alike.
    private func derived(_ words: String...) -> [UInt8] {
        let info = Array((["rovierr.mesh.v1"] + words).joined(separator: "\0").utf8)
        do { return try HKDFSHA256.deriveKey(from: secret, info: info, count: 32) } catch {
            preconditionFailure("32 bytes are not too many: \(error)")
        }
    }

    static func publicKey(_ seed: [UInt8]) -> [UInt8] {
        do { return try Ed25519SigningKey(seed: seed).publicKey } catch {
            preconditionFailure("A seed has 32 bytes: \(error)")
        }
    }
}
