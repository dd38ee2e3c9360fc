internal import OpenSSL

/// The keys that authenticate a daemon and verify others: its keyring, and the previous one during a rotation.
///
/// To rotate keys without an interruption: give every daemon its new keyring as `previous`, then the new one as the
/// first and the old one as `previous`, then the new one alone, each time until all daemons have restarted.
public struct MeshKeys: Sendable {
    private enum Source: Sendable {
        case ring(MeshKeyring)
        case root(MeshRoot)
    }

    /// The source of the keys in use; keys of `previous` are accepted too.
    private let current: Source
    private let previous: Source?
    private var sources: [Source] { [current] + (previous.map { [$0] } ?? []) }

    /// Takes the keyring in use, and one more that is still accepted.
    ///
    /// - Throws: ``MeshConfigurationError`` if they belong to two services.
    public init(_ keyring: MeshKeyring, previous: MeshKeyring? = nil) throws(MeshConfigurationError) {
        guard previous == nil || previous?.service == keyring.service else {
            throw MeshConfigurationError(reason: "The two keyrings belong to two services")
        }
        current = .ring(keyring)
        self.previous = previous.map { .ring($0) }
    }

    /// Takes roots, whose holder can act as any service and sign any user's identity: for tests and benchmarks.
    ///
    /// - Throws: ``MeshConfigurationError`` if one has fewer than 32 bytes.
    public init(primary: [UInt8], previous: [UInt8]? = nil) throws(MeshConfigurationError) {
        current = .root(try MeshRoot(primary))
        guard let previous else {
            self.previous = nil
            return
        }
        self.previous = .root(try MeshRoot(previous))
    }

    // MARK: Pairs

    /// The keys of a pair; the key in use comes first.
    func pairKeys(from caller: String, to callee: String) -> [SigningKey] {
        sources.compactMap { source in
            switch source {
            case .root(let root): root.pairKey(from: caller, to: callee)
            case .ring(let ring) where ring.service == caller: ring.callees[callee]
            case .ring(let ring) where ring.service == callee: ring.callers[caller]
            case .ring: nil
            }
        }.map(SigningKey.init)
    }

    /// The services that may call this one; `nil` with a root, which admits every caller.
    func callers(of service: String) -> Set<String>? {
        var callers: Set<String> = []
        for source in sources {
            guard case .ring(let ring) = source else { return nil }
            if ring.service == service { callers.formUnion(ring.callers.keys) }
        }
        return callers
    }

    // MARK: Signatures

    /// The key that signs the service's publications; `nil` if only another service has it.
    func publicationKey(of service: String) -> SignatureKey? {
        switch current {
        case .root(let root): SignatureKey(seed: root.publicationSeed(of: service))
        case .ring(let ring): ring.service == service ? SignatureKey(seed: ring.publicationSeed) : nil
        }
    }

    /// The keys that verify a producer's publications.
    func publicKeys(ofProducer producer: String) -> [VerificationKey] {
        sources.compactMap { source in
            switch source {
            case .root(let root): MeshRoot.publicKey(root.publicationSeed(of: producer))
            case .ring(let ring): ring.producers[producer]
            }
        }.compactMap(VerificationKey.init)
    }

    /// The key that signs users' identities here, with its signer; `nil` if only other services sign them.
    var identityKey: (signer: String, key: SignatureKey)? {
        switch current {
        case .root(let root): (Self.gateway, SignatureKey(seed: root.identitySeed(of: Self.gateway)))
        case .ring(let ring): ring.identitySeed.map { (ring.service, SignatureKey(seed: $0)) }
        }
    }

    /// The keys that verify users' identities, with their signers.
    var identityKeys: [(signer: String, key: VerificationKey)] {
        sources.flatMap { source in
            switch source {
            case .root(let root):
                [(Self.gateway, MeshRoot.publicKey(root.identitySeed(of: Self.gateway)))]
            case .ring(let ring): ring.signers.map { ($0.key, $0.value) }
            }
        }.compactMap { signer, bytes in VerificationKey(bytes).map { (signer, $0) } }
    }

    private static let gateway = "gateway"
}

/// A private key for signatures, and its id in messages.
struct SignatureKey: Sendable {
    let id: UInt32
    private let key: Ed25519SigningKey

    /// Takes a seed of 32 bytes from a keyring or a root.
    init(seed: [UInt8]) {
        do { key = try Ed25519SigningKey(seed: seed) } catch { preconditionFailure("A seed has 32 bytes: \(error)") }
        id = VerificationKey.id(of: key.publicKey)
    }

    func signature(for purpose: String, _ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try key.signature(for: Array(purpose.utf8), [0], message)
    }
}

/// A public key, and its id in messages.
struct VerificationKey: Sendable {
    let id: UInt32
    private let key: Ed25519PublicKey

    init?(_ bytes: [UInt8]) {
        guard let key = try? Ed25519PublicKey(bytes) else { return nil }  // all that can be wrong is its length
        self.key = key
        id = Self.id(of: bytes)
    }

    /// The first four bytes of the key's hash, as a little-endian number.
    static func id(of publicKey: [UInt8]) -> UInt32 {
        SHA256.hash(publicKey).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    func isValid(_ signature: [UInt8], for purpose: String, _ message: [UInt8]) -> Bool {
        key.isValid(signature, for: Array(purpose.utf8), [0], message)
    }
}
