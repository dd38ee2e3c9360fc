import AuthContracts
import Contracts
import Logging
import OpenSSL
import Postgres
import ServiceKit
import ServiceLifecycle
import Synchronization
import Tokens

/// The keys that sign access tokens: made at the first start, replaced in time, and the same for all replicas.
final class SigningKeys: Service {
    /// How often other replicas' keys are looked for.
    private static let reloadInterval = Duration.seconds(30)

    private let database: Database
    private let cipher: AES256GCM
    private let schedule: SigningKeyRing<SigningKey>.Schedule
    private let logger: Logger
    private let now: @Sendable () -> Timestamp
    private let ring: Mutex<SigningKeyRing<SigningKey>>

    /// Loads the keys, and makes the first one where there is none.
    ///
    /// - Throws: `SigningKeyError` when a stored key was sealed under another key than the configured one.
    init(
        database: Database,
        settings: AuthSettings,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) async throws {
        self.database = database
        self.logger = logger
        self.now = now
        cipher = try AES256GCM(
            key: HKDFSHA256.deriveKey(from: settings.keyEncryptionKey, info: Array("signing keys".utf8), count: 32)
        )
        schedule = SigningKeyRing.Schedule(
            lifetime: settings.signingKeyLifetime,
            announcement: .seconds(300),
            retention: settings.accessTokenTTL + .seconds(300)
        )
        ring = Mutex(SigningKeyRing(entries: [], schedule: schedule))
        try await reload()
    }

    /// The key to sign with.
    func current() throws -> SigningKey {
        guard let entry = ring.withLock({ $0.current(at: now()) }) else { throw SigningKeyError.none }
        return entry.key
    }

    /// The public keys that tokens in use may be signed with.
    func published() -> [PublicKey] {
        ring.withLock { $0.published(at: now()) }.map { PublicKey(kid: $0.key.id, x: $0.key.encodedPublicKey) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.reloadInterval)
                    try await self.reload()
                } catch is CancellationError {
                    return
                } catch {  // the keys at hand stay good for days
                    self.logger.warning("The signing keys could not be read", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    /// Reads the keys, makes the next one when it is due, and forgets those that nobody needs.
    func reload() async throws {
        let store = SigningKeyStore(sql: database.scoped(to: .none))
        var loaded = SigningKeyRing(entries: try await store.all().map(open), schedule: schedule)
        if let due = loaded.due(at: now()) {
            try await store.insert(try make(generation: due.generation, signsFrom: due.signsFrom))
            // Another replica may have been faster; its key is then the one.
            loaded = SigningKeyRing(entries: try await store.all().map(open), schedule: schedule)
            logger.info("A signing key was made", metadata: ["generation": "\(due.generation)"])
        }
        if let oldest = loaded.published(at: now()).first, loaded.entries.first?.generation != oldest.generation {
            try await store.remove(before: oldest.generation)
        }
        ring.withLock { $0 = loaded }
    }

    private func make(generation: Int, signsFrom: Timestamp) throws -> StoredSigningKey {
        let key = try SigningKey(id: Base64URL.encode(SecureRandom.bytes(12)))
        return StoredSigningKey(
            generation: generation,
            id: key.id,
            sealedPrivateKey: try cipher.seal(key.privateKey, authenticating: Array(key.id.utf8)),
            signsFrom: signsFrom
        )
    }

    private func open(_ stored: StoredSigningKey) throws -> SigningKeyRing<SigningKey>.Entry {
        do {
            let privateKey = try cipher.open(stored.sealedPrivateKey, authenticating: Array(stored.id.utf8))
            let key = try SigningKey(id: stored.id, privateKey: privateKey)
            return SigningKeyRing.Entry(generation: stored.generation, signsFrom: stored.signsFrom, key: key)
        } catch OpenSSLError.notAuthentic {
            throw SigningKeyError.sealedOtherwise
        }
    }
}

enum SigningKeyError: Error, CustomStringConvertible {
    case sealedOtherwise
    case none

    var description: String {
        switch self {
        case .sealedOtherwise: "the signing keys in the database were encrypted with another AUTH_KEY_ENCRYPTION_KEY"
        case .none: "there is no signing key"
        }
    }
}
