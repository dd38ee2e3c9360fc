import AuthContracts
import Contracts
import HTTPTypes
import NIOCore
import NIOHTTP1
import OpenSSL
import Tokens

/// The decision on a request whose head has arrived.
enum Admission {
    case reply(Response)
    /// The gateway itself answers.
    case platform(PlatformRoute)
    /// A service answers; the body is read first.
    case forward(Endpoint)
    case upgrade
    /// Something has to be found out first; then everything is decided anew.
    case ask(Question)
}

/// A question that cannot be answered without waiting.
enum Question: Error {
    /// The check of a token's signature.
    case token(String)
    /// Whom an API key acts for.
    case apiKey(APIKeyText)
    /// The rest of a budget that all replicas share.
    case budget(RateCall)
}

/// Decides on requests: origin, route, token, budget, access rule, form of the body, in this order and before any of
/// the body is read.
///
/// It does no input or output, so that a connection can call it anywhere.
struct AdmissionControl: Sendable {
    let cors: CORSPolicy
    let routes: RouteTable
    let authenticator: Authenticator
    let limiter: RateLimiter

    /// What a request says about who sent it.
    private enum Authentication {
        case anonymous
        case user(Identity)
        case invalid
        /// Too many wrong tokens came from that address.
        case limited(RateDecision)
        /// There is no key to check with.
        case unknown
    }

    /// A caller's credential, by the place where it stood.
    private enum Token {
        case bearer(Substring)
        case cookie(Substring)
        /// `nil` for what cannot be one.
        case apiKey(APIKeyText?)
        case other

        var isAccessToken: Bool {
            switch self {
            case .bearer, .cookie: true
            case .apiKey, .other: false
            }
        }

        var isCookie: Bool {
            if case .cookie = self { true } else { false }
        }
    }

    private enum Destination {
        case endpoint(Endpoint)
        case platform(PlatformRoute)
        case otherMethods([String])
        /// `mayExist` while a service is missing that could have such a route.
        case unknown(mayExist: Bool)
        case ambiguous
        case unsafeText
    }

    /// Decides on one request, which gets its route, its identity and the state of its budget.
    func admit(_ exchange: Exchange) -> Admission {
        do throws(Question) { return try decide(on: exchange) } catch { return .ask(error) }
    }

    private func decide(on exchange: Exchange) throws(Question) -> Admission {
        if let fault = RequestForm.fault(of: exchange) {
            try countAddress(exchange)
            return refuse(exchange, fault)
        }
        let destination = findDestination(of: exchange)
        exchange.origin = exchange.fields.origin.flatMap { cors.allows($0) ? $0 : nil }
        if isForbiddenOrigin(exchange, destination) {
            try countAddress(exchange)
            return refuse(exchange, ServiceError(.originNotAllowed))
        }
        if isPreflight(exchange) { return .reply(Response(status: 204, headers: CORSPolicy.preflightHeaders)) }
        if case .platform(.websocket) = destination { return try upgrade(exchange) }
        guard exchange.isAPI || exchange.endpoint != nil else { return proceed(exchange, to: destination, nil) }

        // What the gateway tells of itself is everyone's: a session that has ended, or auth being away, keeps nobody from it.
        let token = if case .platform = destination { Token?.none } else { token(of: exchange) }
        let authentication = try authenticate(exchange, token)
        switch authentication {
        case .limited(let decision):
            exchange.rate = decision
            return refuse(exchange, .rateLimited(decision))
        case .user(let identity): exchange.identity = identity
        case .anonymous, .invalid, .unknown: break
        }
        let decision = try count(rateKey(of: exchange), exchange)
        exchange.rate = decision
        guard decision.isAllowed else { return refuse(exchange, .rateLimited(decision)) }
        if let refusal = checkIdentity(exchange, authentication, token) { return refuse(exchange, refusal) }
        return proceed(exchange, to: destination, token)
    }

    /// Who listens is found out by the live protocol itself, so here only the address counts.
    private func upgrade(_ exchange: Exchange) throws(Question) -> Admission {
        let decision = try count(addressKey(of: exchange), exchange, rate: .realtime)
        exchange.rate = decision
        guard decision.isAllowed else { return refuse(exchange, .rateLimited(decision)) }
        // Nobody could tell yet that a session has ended.
        return authenticator.isReady ? .upgrade : refuse(exchange, ServiceError(.serviceUnavailable))
    }

    private func refuse(_ exchange: Exchange, _ error: ServiceError, headers: [(String, String)] = []) -> Admission {
        let hasToken = exchange.fields.authorization != nil || exchange.fields.cookie(named: "access_token") != nil
        return .reply(Response(error, requestID: exchange.requestID, hasToken: hasToken, headers: headers))
    }

    // MARK: Route and origin

    private func findDestination(of exchange: Exchange) -> Destination {
        guard let target = exchange.target else {
            return switch exchange.targetFault {
            case .ambiguous: .ambiguous
            case .unsafeText: .unsafeText
            case .unknown, nil: .unknown(mayExist: false)
            }
        }
        if let route = PlatformRoute(path: target.path) {
            return exchange.isSafe ? .platform(route) : .otherMethods(["GET", "HEAD"])
        }
        let routes = routes.snapshot
        switch routes.tree.match(method: exchange.method, target.segments) {
        case .found(let endpoint, let parameters):
            exchange.endpoint = endpoint
            exchange.pathParameters = parameters
            return .endpoint(endpoint)
        case .otherMethods(let methods): return .otherMethods(methods)
        // As long as some service was never seen, nobody can say that a route does not exist. Told by the same snapshot: the
        // last service may describe itself while the caller's token is being checked.
        case .notFound: return .unknown(mayExist: exchange.isAPI && !routes.isComplete)
        }
    }

    private func isPreflight(_ exchange: Exchange) -> Bool {
        exchange.head.method == .OPTIONS && exchange.fields.requestedMethod != nil && exchange.fields.origin != nil
    }

    /// Tells whether a page of another origin wants what could change anything, or to listen.
    private func isForbiddenOrigin(_ exchange: Exchange, _ destination: Destination) -> Bool {
        guard exchange.fields.origin != nil, exchange.origin == nil else { return false }
        if case .platform(.websocket) = destination { return true }
        return isPreflight(exchange) || !exchange.isSafe
    }

    private func proceed(_ exchange: Exchange, to destination: Destination, _ token: Token?) -> Admission {
        switch destination {
        case .ambiguous:
            return refuse(exchange, ServiceError(.badRequest, "The path can be read in more than one way."))
        case .unsafeText: return refuse(exchange, ServiceError(.badRequest, StreamSafeText.refusal("The address")))
        case .unknown(let mayExist):
            return refuse(exchange, ServiceError(mayExist ? .serviceUnavailable : .notFound))
        case .otherMethods(let methods):
            let allow = [("Allow", methods.joined(separator: ", "))]
            guard exchange.head.method != .OPTIONS else { return .reply(Response(status: 204, headers: allow)) }
            return refuse(exchange, ServiceError(.methodNotAllowed), headers: allow)
        case .platform(let route):
            guard exchange.head.method != .OPTIONS else {
                return .reply(Response(status: 204, headers: [("Allow", "GET, HEAD")]))
            }
            return .platform(route)
        case .endpoint(let endpoint):
            if let refusal = checkAccess(exchange, endpoint, token) { return refuse(exchange, refusal) }
            if let refusal = RequestForm.bodyFault(of: exchange, endpoint) { return refuse(exchange, refusal) }
            return .forward(endpoint)
        }
    }

    // MARK: Identity

    /// What counts: `Authorization`, else `X-API-Key`, which is for the API alone, else the cookie, which browsers send unasked.
    private func token(of exchange: Exchange) -> Token? {
        if let authorization = exchange.fields.authorization {
            let scheme = authorization.utf8.prefix { $0 != UInt8(ascii: " ") }
            let token = authorization.utf8[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") }
            guard String(Substring(scheme)).lowercased() == "bearer" else { return .other }
            return .bearer(Substring(token))
        }
        if exchange.isAPI, let key = exchange.fields.apiKey { return .apiKey(APIKeyText(key)) }
        return exchange.fields.cookie(named: "access_token").map { .cookie($0[...]) }
    }

    private func authenticate(_ exchange: Exchange, _ token: Token?) throws(Question) -> Authentication {
        switch exchange.verdict {
        case .valid(let identity): return .user(identity)
        case .invalid: return .invalid
        case .unknown: return .unknown
        case nil: break
        }
        let seconds = exchange.receivedAt.secondsSince1970
        let question: Question
        switch token {
        case nil: return .anonymous
        case .other, .apiKey(nil): return .invalid
        case .apiKey(let key?):
            if let identity = authenticator.remembered(key, now: seconds) { return .user(identity) }
            question = .apiKey(key)
        case .bearer(let token), .cookie(let token):
            if let identity = authenticator.remembered(token, now: seconds) { return .user(identity) }
            question = .token(String(token))
        }
        // Checking costs as much as ten requests: from where too much was wrong, nobody unknown gets it. Requests without any
        // token do not count here, or a neighbour behind the same address could keep those who have one from being known.
        let budget = try count(RateKey(wrongTokensFrom: address(of: exchange)), exchange, cost: 0)
        guard budget.isAllowed else { return .limited(budget) }
        throw question
    }

    /// An access token or API key that is sent must be valid.
    ///
    /// Where anyone may call, an invalid token leaves the caller anonymous: a client that requests a new one still
    /// sends the old one. An API key is sent on purpose, so an invalid one is an error.
    private func checkIdentity(_ exchange: Exchange, _ authentication: Authentication, _ token: Token?) -> ServiceError?
    {
        let isKey = if case .apiKey = token { true } else { false }
        let isOpen = exchange.endpoint?.access == .everyone
        return switch authentication {
        case .invalid:
            isOpen && token?.isAccessToken == true
                ? nil
                : ServiceError(.unauthorized, isKey ? "The API key is not valid." : "The access token is not valid.")
        case .unknown: isOpen && token?.isCookie == true ? nil : ServiceError(.serviceUnavailable)
        case .anonymous, .user, .limited: nil
        }
    }

    /// Denies by default.
    private func checkAccess(_ exchange: Exchange, _ endpoint: Endpoint, _ token: Token?) -> ServiceError? {
        if token?.isCookie == true, exchange.identity != nil, !exchange.isSafe, !hasMatchingCSRFToken(exchange) {
            guard endpoint.access == .everyone else {
                return ServiceError(.forbidden, "X-CSRF-Token must be the session's CSRF token.")
            }
            exchange.identity = nil
        }
        switch endpoint.access {
        case .everyone: return nil
        case .user: return exchange.identity == nil ? ServiceError(.unauthorized) : nil
        case .permission(let permission):
            guard let identity = exchange.identity else { return ServiceError(.unauthorized) }
            return identity.may(permission) ? nil : ServiceError(.forbidden)
        case .services: return ServiceError(.notFound)
        }
    }

    /// A page of another origin makes the browser send cookies, but cannot read them to repeat one in a header.
    ///
    /// A page of another subdomain could set its own cookie, so the header's token must be the one that the access
    /// token was issued with.
    private func hasMatchingCSRFToken(_ exchange: Exchange) -> Bool {
        guard let header = exchange.fields.csrfToken, let hash = exchange.identity?.csrfHash else { return false }
        return constantTimeEquals(Array(AccessTokenClaims.csrfHash(of: header).utf8), Array(hash.utf8))
    }

    // MARK: Budget

    private func rateClass(of exchange: Exchange) -> RateClass {
        exchange.endpoint?.rate ?? (exchange.isSafe ? .read : .write)
    }

    private func rateKey(of exchange: Exchange) -> RateKey {
        if case .invalid? = exchange.verdict { return RateKey(wrongTokensFrom: address(of: exchange)) }
        guard let identity = exchange.identity else { return addressKey(of: exchange) }
        return identity.isAPIKey ? RateKey(apiKey: identity.session) : RateKey(user: identity.user)
    }

    /// Counts a request that is refused before anyone knows whose it is.
    private func countAddress(_ exchange: Exchange) throws(Question) {
        guard exchange.isAPI else { return }
        exchange.rate = try count(addressKey(of: exchange), exchange)
    }

    /// Counts a request for a key, and for an IPv6 address also for its network.
    private func count(
        _ key: RateKey,
        _ exchange: Exchange,
        rate: RateClass? = nil,
        cost: Int = 1
    ) throws(Question) -> RateDecision {
        let decision = try countOnce(key, exchange, rate, cost)
        guard decision.isAllowed, let network = key.network else { return decision }
        let whole = try countOnce(network, exchange, rate, cost)
        return whole.isAllowed ? decision : whole
    }

    /// Counts a request once, even if admission decides on it repeatedly.
    private func countOnce(
        _ key: RateKey,
        _ exchange: Exchange,
        _ rate: RateClass?,
        _ cost: Int
    ) throws(Question) -> RateDecision {
        let call = RateCall(key: key, rate: rate ?? rateClass(of: exchange), cost: cost)
        if let known = exchange.decisions.first(where: { $0.call == call }) { return known.decision }
        guard let decision = limiter.count(call, now: exchange.uptime) else { throw .budget(call) }
        exchange.decisions.append((call, decision))
        return decision
    }

    private func addressKey(of exchange: Exchange) -> RateKey { RateKey(address: address(of: exchange)) }

    private func address(of exchange: Exchange) -> IPAddress { exchange.client ?? IPAddress(high: 0, low: 0) }
}

extension ServiceError {
    fileprivate static func rateLimited(_ decision: RateDecision) -> ServiceError {
        ServiceError(.rateLimited, retryAfter: .seconds(decision.retryAfterSeconds ?? 1))
    }
}
