import AuthContracts
import Contracts
import Mesh
import NIOCore
import OpenSSL
import ServiceKit
import Synchronization
import Tokens

/// The verdict on a token.
enum TokenVerdict: Sendable {
    case valid(Identity)
    case invalid
    /// Auth was not reached, so there is nothing to check with, or nobody has said yet what was revoked.
    case unknown
}

/// Checks access tokens and API keys, remembers those that were right, and knows which sessions have ended.
final class Authenticator: Sendable {
    private struct Hash: Hashable {
        let bytes: [UInt8]
        init(_ token: Substring) { bytes = SHA256.hash(utf8: token) }
    }

    /// An API key as auth knew it.
    private struct KnownKey {
        let identity: Identity
        let verifiedAt: NIODeadline
    }

    /// A verified access token.
    private struct KnownToken {
        let identity: Identity
        /// By the monotonic clock.
        let expiry: NIODeadline
    }

    private struct State {
        var verifier: TokenVerifier
        var tokens = Authenticator.emptyTokens
        var apiKeys = GenerationCache<Hash, KnownKey>(generationSize: 2_048, generationBytes: 2 << 20)
        /// Revoked sessions whose tokens have not expired.
        ///
        /// Signing in is so costly, and an account may create so few keys an hour, that at most a few hundred
        /// thousand sessions can be revoked in that time.
        var ended = EndedSessions()
        /// `true` if those are among them that ended before we began to listen.
        var knowsRevocations = false
    }

    /// The maximum lifetime of accepted tokens, in seconds; auth's `ACCESS_TOKEN_TTL` is at most that.
    static let longestLife = 3_600
    /// The time for which a revoked session is remembered: longer than any of its tokens lives, despite clock skew.
    static let memory: TimeAmount = .seconds(2 * Int64(longestLife))

    /// The time that an API key is cached before auth is asked again.
    private static let keyFreshness: TimeAmount = .seconds(60)
    /// And while auth is away.
    private static let keyPatience: TimeAmount = .seconds(600)
    private static var emptyTokens: GenerationCache<Hash, KnownToken> {
        GenerationCache(generationSize: 8_192, generationBytes: 8 << 20)
    }

    private let keys: KeySource
    private let apiKeys: APIKeySource
    private let clockSkew = 60
    private let state: Mutex<State>
    private let hits: Counter
    private let misses: Counter

    init(keys: KeySource, apiKeys: APIKeySource, issuer: String, audience: String, metrics: Metrics) {
        self.keys = keys
        self.apiKeys = apiKeys
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
    func remembered(_ token: Substring, now: Int) -> Identity? {
        let hash = Hash(token)
        return state.withLock { state in
            guard let known = state.tokens.find(hash) else { return nil }
            hits.add()
            return NIODeadline.now() < known.expiry && isLive(known.identity, state, now) ? known.identity : nil
        }
    }

    /// Checks a token's signature and claims.
    ///
    /// A key that is not here may be new: then auth is asked once more, at most.
    func check(_ token: String, now: Int) async -> TokenVerdict {
        misses.add()
        if !hasKeys { await fetchKeys() }
        guard isReady else { return .unknown }
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
        guard let identity = Identity(claims), claims.expiresAt - claims.issuedAt <= Self.longestLife else {
            return .invalid
        }
        let hash = Hash(token[...])
        let left = TimeAmount.seconds(Int64(claims.expiresAt + clockSkew - now))
        return state.withLock { state in
            guard isLive(identity, state, now) else { return .invalid }
            let known = KnownToken(identity: identity, expiry: .now() + left)
            state.tokens.store(known, hash, bytes: Self.cost(of: token))
            return .valid(identity)
        }
    }

    /// Bounds an identity's memory in bytes, hash and table included; its claims are part of the token.
    private static func cost(of token: String) -> Int { 2 * token.utf8.count + 512 }

    /// Tells whether an identity is still valid; an API key expires on the second, a token after the clock skew.
    private func isLive(_ identity: Identity, _ state: borrowing State, _ now: Int) -> Bool {
        now < identity.expiresAt + (identity.isAPIKey ? 0 : clockSkew) && !state.ended.contains(identity.session)
    }

    // MARK: API keys

    /// The identity of a key that auth knew a minute ago or less.
    func remembered(_ key: APIKeyText, now: Int) -> Identity? {
        let hash = Hash(key.text[...])
        return state.withLock { state in
            guard let known = state.apiKeys.find(hash), NIODeadline.now() - known.verifiedAt < Self.keyFreshness,
                isLive(known.identity, state, now)
            else { return nil }
            return known.identity
        }
    }

    /// Asks auth about a key.
    ///
    /// While auth is away, a key that it knew lately is good.
    func check(_ key: APIKeyText, now: Int) async -> TokenVerdict {
        guard knowsRevocations else { return .unknown }  // it is believed for a while, in which it may end
        let hash = Hash(key.text[...])
        do {
            guard let holder = try await apiKeys.holder(of: hash.bytes) else {
                state.withLock { $0.apiKeys.remove(hash) }
                return .invalid
            }
            let known = KnownKey(identity: Identity(holder), verifiedAt: .now())
            let cost = 512 + holder.permissions.reduce(0) { $0 + 2 * $1.text.utf8.count + 64 }
            return state.withLock { state in
                guard isLive(known.identity, state, now) else { return .invalid }
                state.apiKeys.store(known, hash, bytes: cost)
                return .valid(known.identity)
            }
        } catch {
            return state.withLock { state in
                guard let known = state.apiKeys.find(hash), NIODeadline.now() - known.verifiedAt < Self.keyPatience
                else {
                    return .unknown
                }
                return isLive(known.identity, state, now) ? .valid(known.identity) : .invalid
            }
        }
    }

    // MARK: Keys of tokens

    /// `true` if there is any key to check with.
    var hasKeys: Bool { state.withLock { !$0.verifier.keys.isEmpty } }

    /// `true` if tokens can be checked: there are keys, and it is known what has been revoked.
    ///
    /// Once that is so it stays so, also while auth is away.
    var isReady: Bool { hasKeys && knowsRevocations }

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
            state.tokens = Self.emptyTokens
        }
    }

    // MARK: Sessions

    /// Tells whether a session is known to have ended.
    func hasEnded(_ session: SessionID) -> Bool { state.withLock { $0.ended.contains(session) } }

    /// Notes that sessions have ended.
    ///
    /// - Returns: Those that were not known yet.
    func end(_ sessions: [SessionID], now: NIODeadline = .now()) -> [SessionID] {
        state.withLock { state in
            var news: [SessionID] = []
            for session in sessions where state.ended.insert(session, until: now + Self.memory) { news.append(session) }
            return news
        }
    }

    /// `true` if auth has told which sessions ended before we began to listen.
    private var knowsRevocations: Bool { state.withLock { $0.knowsRevocations } }

    /// Notes that auth has told, and that `end` knows all of them.
    func noteRevocations() { state.withLock { $0.knowsRevocations = true } }

    /// Forgets sessions whose tokens have all expired, a bucket at a time so that token checks don't wait.
    func prune(now: NIODeadline = .now()) {
        while state.withLock({ $0.ended.forgetBucket(now: now) }) {}
    }
}
