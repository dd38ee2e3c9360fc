internal import Synchronization

/// A user's identity, stated and signed by the gateway for a few minutes.
///
/// A service that calls another on the user's behalf forwards it unchanged.
public struct SignedIdentity: Sendable, Hashable {
    /// The encoded `SignedIdentity` of `mesh.proto`.
    let bytes: [UInt8]

    /// Hashes the end, a signature that is as good as random; hashing the rest would cost time on every request.
    public func hash(into hasher: inout Hasher) {
        var last: UInt64 = 0
        for byte in bytes.suffix(8) { last = last << 8 | UInt64(byte) }
        hasher.combine(last)
    }

    /// The most bytes that are read; a user has some dozens of permissions at most.
    static let maximumBytes = 8 << 10
    static let purpose = "rovierr.mesh.v1.identity"

    /// The lifetime of a statement, and the age at which a new one is signed, in seconds.
    static let lifetime: UInt64 = 300
    static let renewal: UInt64 = 150
    /// The longest lifetime that any signer may grant, in seconds.
    static let longestLifetime: UInt64 = 900

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Signs a statement.
    init(_ principal: Principal, signer: String, key: SignatureKey, now: UInt64) throws {
        var statement = ProtobufWriter(capacity: 256)
        statement.message(1) { principal.encode(into: &$0) }
        statement.uint(2, now)
        statement.uint(3, now + Self.lifetime)
        statement.string(4, signer)
        var writer = ProtobufWriter(capacity: 352)
        writer.fixed32(1, key.id)
        writer.bytes(2, statement.bytes)
        writer.bytes(3, try key.signature(for: Self.purpose, statement.bytes))
        bytes = writer.bytes
    }

    /// The parts, unverified.
    fileprivate func parts() throws(MalformedEnvelope) -> (keyID: UInt32, statement: [UInt8], signature: [UInt8]) {
        var parts: (keyID: UInt32, statement: [UInt8], signature: [UInt8]) = (0, [], [])
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field {
            case 1: parts.keyID = try reader.fixed32()
            case 2: parts.statement = try reader.content()
            case 3: parts.signature = try reader.content()
            default: break
            }
        }
        return parts
    }
}

/// The content of a statement.
private struct Statement {
    var principal: Principal?
    var issuedAt: UInt64 = 0
    var expiresAt: UInt64 = 0
    var signer = ""

    init(decoding bytes: [UInt8]) throws(MalformedEnvelope) {
        var reader = ProtobufReader(bytes)
        while let field = try reader.next() {
            switch field {
            case 1: principal = try Principal(decoding: try reader.message())
            case 2: issuedAt = try reader.uint()
            case 3: expiresAt = try reader.uint()
            case 4: signer = try reader.name(atMost: ServiceName.longest)
            default: break
            }
        }
    }
}

/// Signs users' identities if the keyring allows it; each statement is cached until half of its lifetime has passed.
final class IdentityIssuer: Sendable {
    private let signer: String
    private let key: SignatureKey
    private let statements = Mutex(
        GenerationCache<Principal, (identity: SignedIdentity, renewAt: UInt64)>(generationBytes: 2 << 20)
    )

    /// - Returns: `nil` if only other services sign users' identities.
    init?(keys: MeshKeys) {
        guard let (signer, key) = keys.identityKey else { return nil }
        self.signer = signer
        self.key = key
    }

    /// - Throws: Only if memory is exhausted.
    func identity(of principal: Principal, now: UInt64 = WallClock.seconds()) throws -> SignedIdentity {
        // Other hosts refuse a statement from the future, which this one is once the clock was set back.
        if let known = statements.withLock({ $0.find(principal) }), now < known.renewAt,
            known.renewAt - SignedIdentity.renewal <= now
        {
            return known.identity
        }
        let identity = try SignedIdentity(principal, signer: signer, key: key, now: now)
        let entry = (identity, now + SignedIdentity.renewal)
        statements.withLock { $0.store(entry, principal, bytes: 2 * identity.bytes.count + 128) }
        return identity
    }
}

/// Verifies statements; a verified one is cached until it expires.
final class IdentityVerifier: Sendable {
    private let keys: [(signer: String, key: VerificationKey)]
    private let clockSkew: UInt64
    private let verified = Mutex(
        GenerationCache<SignedIdentity, (principal: Principal, issuedAt: UInt64, expiresAt: UInt64)>(
            generationBytes: 2 << 20
        )
    )

    init(keys: MeshKeys, clockSkew: Duration) {
        self.keys = keys.identityKeys
        self.clockSkew = UInt64(max(0, clockSkew.components.seconds))
    }

    /// The user; `nil` if the statement is forged, malformed, not yet valid or expired.
    func principal(of identity: SignedIdentity, now: UInt64 = WallClock.seconds()) -> Principal? {
        if let known = verified.withLock({ $0.find(identity) }) {
            return known.issuedAt <= now + clockSkew && now < known.expiresAt + clockSkew ? known.principal : nil
        }
        guard identity.bytes.count <= SignedIdentity.maximumBytes, let parts = try? identity.parts(),
            let statement = try? Statement(decoding: parts.statement), let principal = statement.principal,
            let (signer, _) = keys.first(where: { _, key in
                key.id == parts.keyID && key.isValid(parts.signature, for: SignedIdentity.purpose, parts.statement)
            }),
            signer == statement.signer, isCurrent(statement, now: now)
        else { return nil }
        let entry = (principal, statement.issuedAt, statement.expiresAt)
        verified.withLock { $0.store(entry, identity, bytes: 2 * identity.bytes.count + 128) }
        return principal
    }

    private func isCurrent(_ statement: Statement, now: UInt64) -> Bool {
        statement.issuedAt <= statement.expiresAt
            && statement.expiresAt - statement.issuedAt <= SignedIdentity.longestLifetime
            && statement.issuedAt <= now + clockSkew && now < statement.expiresAt + clockSkew
    }
}
