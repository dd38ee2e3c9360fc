internal import OpenSSL

/// What a daemon proves itself with and knows others by: its keyring, and the one before while keys are being changed.
///
/// To change them without an interruption: give every daemon its new keyring as `previous`, then the new one as the first and
/// the old one as `previous`, then the new one alone, each time until all daemons have restarted.
public struct MeshKeys: Sendable {
    private enum Source: Sendable {
        case ring(MeshKeyring)
        case root(MeshRoot)
    }

    /// Whose keys are used; those of the second are believed as well.
    private let current: Source
    private let previous: Source?
    private var sources: [Source] { [current] + (previous.map { [$0] } ?? []) }

    /// Takes the keyring that is used, and one more that is still believed.
    ///
    /// - Throws: ``MeshConfigurationError`` when they belong to two services.
    public init(_ keyring: MeshKeyring, previous: MeshKeyring? = nil) throws(MeshConfigurationError) {
        guard previous == nil || previous?.service == keyring.service else {
            throw MeshConfigurationError(reason: "The two keyrings belong to two services")
        }
        current = .ring(keyring)
        self.previous = previous.map { .ring($0) }
    }

    /// Takes roots, whose holder can be any service and state any user: for tests and measurements.
    ///
    /// - Throws: ``MeshConfigurationError`` when one has fewer than 32 bytes.
    public init(primary: [UInt8], previous: [UInt8]? = nil) throws(MeshConfigurationError) {
        current = .root(try MeshRoot(primary))
        guard let previous else {
            self.previous = nil
            return
        }
        self.previous = .root(try MeshRoot(previous))
    }

    // MARK: Pairs

    /// The keys of a pair: the one in use first.
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

    /// Who may call the service; `nil` where a root stands for everybody.
    func callers(of service: String) -> Set<String>? {
        var callers: Set<String> = []
        for source in sources {
            guard case .ring(let ring) = source else { return nil }
            if ring.service == service { callers.formUnion(ring.callers.keys) }
        }
        return callers
    }

    // MARK: Signatures

    /// What the service signs its publications with; `nil` when that is another service's.
    func publicationKey(of service: String) -> SignatureKey? {
        switch current {
        case .root(let root): SignatureKey(seed: root.publicationSeed(of: service))
        case .ring(let ring): ring.service == service ? SignatureKey(seed: ring.publicationSeed) : nil
        }
    }

    /// What a producer's publications are checked with.
    func publicKeys(ofProducer producer: String) -> [VerificationKey] {
        sources.compactMap { source in
            switch source {
            case .root(let root): MeshRoot.publicKey(root.publicationSeed(of: producer))
            case .ring(let ring): ring.producers[producer]
            }
        }.compactMap(VerificationKey.init)
    }

    /// Who states here who users are, and with what; `nil` where only others do.
    var identityKey: (signer: String, key: SignatureKey)? {
        switch current {
        case .root(let root): (Self.gateway, SignatureKey(seed: root.identitySeed(of: Self.gateway)))
        case .ring(let ring): ring.identitySeed.map { (ring.service, SignatureKey(seed: $0)) }
        }
    }

    /// What statements about users are checked with, and who makes them.
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

/// A private key for signatures, and how messages name it.
struct SignatureKey: Sendable {
    let id: UInt32
    private let key: Ed25519SigningKey

    /// Takes a seed of 32 bytes, as keyrings and roots have them.
    init(seed: [UInt8]) {
        do { key = try Ed25519SigningKey(seed: seed) } catch { preconditionFailure("A seed has 32 bytes: \(error)") }
        id = VerificationKey.id(of: key.publicKey)
    }

    func signature(for purpose: String, _ message: [UInt8]) throws(OpenSSLError) -> [UInt8] {
        try key.signature(for: Array(purpose.utf8), [0], message)
    }
}

/// A public key, and how messages name it.
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
