import Contracts
import Mesh
import OpenSSL
import ServiceKit
import Synchronization
import Tokens

/// Whoever signed in, as a verified token told.
final class Identity: Sendable {
    let principal: Principal
    let user: UserID
    let session: SessionID
    /// In seconds since 1970.
    let expiresAt: Int
    private let permissions: [Permission]

    /// - Returns: `nil` when the ids are no UUIDs.
    init?(_ claims: AccessTokenClaims) {
        guard let user = UserID(claims.subject), let session = SessionID(claims.session) else { return nil }
        self.user = user
        self.session = session
        expiresAt = claims.expiresAt
        permissions = claims.permissions.compactMap { Permission($0) }
        principal = Principal(
            userID: claims.subject,
            tenantID: claims.tenant,
            sessionID: claims.session,
            role: claims.role,
            permissions: claims.permissions
        )
    }

    func may(_ permission: Permission) -> Bool { permissions.contains { $0 == permission || $0.covers(permission) } }
}

/// What a token is worth.
enum TokenVerdict: Sendable {
    case valid(Identity)
    case invalid
    /// Auth was never reached, so there is no key to check with.
    case unknown
}

/// Checks access tokens, remembers those that were right, and knows which sessions have ended.
final class Authenticator: Sendable {
    private struct Hash: Hashable {
        let bytes: [UInt8]
        init(_ token: String) { bytes = SHA256.hash(Array(token.utf8)) }
    }

    /// The tokens verified lately, in two generations: when the young one is full it becomes the old one, and the old one,
    /// of which everything that was still used has moved on, is forgotten.
    private struct Cache {
        static let generationSize = 8_192
        private var young: [Hash: Identity] = [:]
        private var old: [Hash: Identity] = [:]

        mutating func find(_ hash: Hash) -> Identity? {
            if let identity = young[hash] { return identity }
            guard let identity = old[hash] else { return nil }
            store(identity, hash)
            return identity
        }

        mutating func store(_ identity: Identity, _ hash: Hash) {
            if young.count >= Self.generationSize { (old, young) = (young, [:]) }
            young[hash] = identity
        }
    }

    private struct State {
        var verifier: TokenVerifier
        var cache = Cache()
        /// Until when a session that has ended must be remembered, in seconds since 1970.
        var ended: [SessionID: Int] = [:]
    }

    /// Longer than any access token lives, in seconds.
    private static let memory = 3_600

    private let keys: KeySource
    private let clockSkew = 60
    private let state: Mutex<State>
    private let hits: Counter
    private let misses: Counter

    init(keys: KeySource, issuer: String, audience: String, metrics: Metrics) {
        self.keys = keys
        state = Mutex(
            State(
                verifier: TokenVerifier(
                    keys: VerificationKeys(),
                    issuer: issuer,
                    audience: audience,
                    clockSkew: clockSkew
                )
            )
        )
        hits = metrics.counter("rovierr_gateway_token_cache_hits_total", "Access tokens known from an earlier request.")
        misses = metrics.counter(
            "rovierr_gateway_token_cache_misses_total",
            "Access tokens whose signature was checked."
        )
    }

    // MARK: Tokens

    /// The identity of a token that was verified before, without any work.
    func remembered(_ token: String, now: Int) -> Identity? {
        let hash = Hash(token)
        return state.withLock { state in
            guard let identity = state.cache.find(hash) else { return nil }
            hits.add()
            return isLive(identity, state, now) ? identity : nil
        }
    }

    /// Checks a token's signature and claims.
    ///
    /// A key that is not here may be new: then auth is asked once more, at most.
    func check(_ token: String, now: Int) async -> TokenVerdict {
        misses.add()
        if !hasKeys { await fetchKeys() }
        guard hasKeys else { return .unknown }
        do {
            return accept(try await verify(token, now: now), token, now: now)
        } catch .unknownKey {
            await fetchKeys()
            guard let claims = try? await verify(token, now: now) else { return .invalid }  // whatever is wrong with it
            return accept(claims, token, now: now)
        } catch {
            return .invalid
        }
    }

    private func verify(_ token: String, now: Int) async throws(TokenError) -> AccessTokenClaims {
        let verifier = state.withLock { $0.verifier }
        return try await verifier.verify(token, now: now)
    }

    private func accept(_ claims: AccessTokenClaims, _ token: String, now: Int) -> TokenVerdict {
        guard let identity = Identity(claims) else { return .invalid }
        let hash = Hash(token)
        return state.withLock { state in
            guard isLive(identity, state, now) else { return .invalid }
            state.cache.store(identity, hash)
            return .valid(identity)
        }
    }

    private func isLive(_ identity: Identity, _ state: borrowing State, _ now: Int) -> Bool {
        now < identity.expiresAt + clockSkew && state.ended[identity.session] == nil
    }

    // MARK: Keys

    /// Whether there is any key to check with.
    var hasKeys: Bool { state.withLock { !$0.verifier.keys.isEmpty } }

    /// Asks auth for its keys, unless that was done just now.
    ///
    /// What was fetched once stays in use while auth is away.
    func fetchKeys() async {
        guard let keys = await keys.fetch(isUrgent: !hasKeys) else { return }
        state.withLock { state in
            guard keys != state.verifier.keys else { return }
            let old = state.verifier
            state.verifier = TokenVerifier(
                keys: keys,
                issuer: old.issuer,
                audience: old.audience,
                clockSkew: old.clockSkew
            )
            // A key may have been withdrawn.
            state.cache = Cache()
        }
    }

    // MARK: Sessions

    /// Whether a session is known to have ended.
    func hasEnded(_ session: SessionID) -> Bool { state.withLock { $0.ended[session] != nil } }

    /// Notes that sessions have ended.
    ///
    /// - Returns: Those that were not known yet.
    func end(_ sessions: [SessionID], now: Int) -> [SessionID] {
        state.withLock { state in
            let news = sessions.filter { state.ended[$0] == nil }
            for session in news { state.ended[session] = now + Self.memory }
            return news
        }
    }

    /// Forgets sessions whose tokens have all expired.
    func prune(now: Int) {
        state.withLock { state in state.ended = state.ended.filter { $0.value > now } }
    }
}
