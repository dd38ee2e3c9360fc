import Contracts
import Mesh
import NIOCore
import NIOHTTP1
import ServiceKit
import Telemetry

/// One request from its head to the end of its answer; lives on its connection's event loop.
final class Exchange {
    let head: HTTPRequestHead
    let fields: RequestFields
    let requestID: String
    /// Of the span that the request is in the gateway.
    let trace: TraceContext
    /// The caller's own span, if it told one.
    private let parent: TraceContext?
    private let began = ContinuousClock.now
    let client: IPAddress?
    let receivedAt: Timestamp
    let start: NIODeadline
    /// `nil` when the target is refused by its form.
    let target: RequestTarget?
    let targetFault: RequestTarget.Fault?

    /// Which operation is called, once the route is found.
    var endpoint: Endpoint?
    var pathParameters: [MeshField] = []
    var identity: Identity?
    /// What checking the token or the API key came to, if it had to be checked.
    var verdict: TokenVerdict?
    /// The origin that may read the answer.
    var origin: String?
    var rate: RateDecision?
    /// What the budgets that all replicas share have answered.
    var decisions: [(call: RateCall, decision: RateDecision)] = []
    var body: [UInt8] = []
    /// The body's memory, held until the exchange ends.
    var memory: FairBudget.Lease?
    /// How many bytes of the body are in, those that nobody wants included.
    var bodyBytes = 0
    /// How many bytes of an answer in parts are out.
    var partBytes = 0
    /// `true` if an answer in parts has begun.
    var isUnderway = false
    /// The latest call over the mesh, once one was made.
    var hop: MeshHop?
    /// How long the calls over the mesh took, all together.
    var meshTime: Duration = .zero
    /// How long of that the service worked on them.
    var handlerTime: Duration = .zero
    /// How long the client took over the parts of its answer.
    var clientTime: Duration = .zero

    /// Tells whether nothing may link the answer to the person who asked.
    var isAnonymous = false

    /// One call over the mesh.
    struct MeshHop {
        let trace: TraceContext
        let began = ContinuousClock.now
    }

    init(_ head: HTTPRequestHead, peer: IPAddress?, proxies: TrustedProxies, tracer: Tracer?) {
        self.head = head
        fields = RequestFields(head.headers)
        receivedAt = .now()
        start = .now()
        requestID = fields.requestID.flatMap { Self.isSane($0) ? $0 : nil } ?? MeshRequest.randomID()
        parent = fields.traceparent.flatMap(TraceContext.init(traceparent:))
        trace = tracer.context(below: parent)
        client = proxies.client(peer: peer, forwardedFor: fields.forwardedFor, realIP: fields.realIP)
        do {
            target = try RequestTarget(head.uri)
            targetFault = nil
        } catch {
            target = nil
            targetFault = error
        }
    }

    /// What may stand in our logs and in others' headers.
    private static func isSane(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { $0.isASCIILetterOrDigit || "._-".utf8.contains($0) }
    }

    /// The source for shared limits: the client's IPv4 address or IPv6 /64.
    var source: RateKey { RateKey(address: client ?? IPAddress(high: 0, low: 0)) }

    /// The caller for limits on calls under way: the user, by whatever credential, or else the IPv4 address or IPv6
    /// /48.
    var caller: RateKey { identity.map { RateKey(user: $0.user) } ?? source.network ?? source }

    /// When it came, in nanoseconds of a clock that never goes back.
    var uptime: Int64 { Int64(start.uptimeNanoseconds) }
    var method: String { head.method.rawValue }
    /// `true` if the method promises to change nothing (RFC 9110 §9.2.1).
    var isSafe: Bool { head.method == .GET || head.method == .HEAD || head.method == .OPTIONS }
    /// `true` if the answer belongs to the API, whose answers all tell the caller's budget.
    var isAPI: Bool { target.map { $0.segments.first == "api" } ?? head.uri.utf8.starts(with: "/api".utf8) }
    /// The path as received; truncated if malformed or outside all routes.
    var path: String {
        let path = target?.path ?? String(Substring(head.uri.utf8.prefix { $0 != UInt8(ascii: "?") }))
        return path.prefix(bytes: Self.longestPath)
    }

    /// In bytes: longer than any route, and short enough for a line of the log.
    private static let longestPath = 1_024

    func span(status: Int) -> Span {
        let name = endpoint.map { "\(method) \($0.route)" } ?? method
        var span = Span(name, .server, context: trace, parent: parent, began: began)
        span.attributes = [
            ("http.request.method", .text(method)), ("url.path", .text(path)),
            ("http.response.status_code", .number(status)), ("request.id", .text(requestID)),
        ]
        if let endpoint { span.attributes.append(("http.route", .text(endpoint.route))) }
        if status >= 500 { span.failure = "status \(status)" }
        return span
    }

    /// The trace that the service's part belongs to.
    ///
    /// If the answer may be anonymous, it is a separate trace that is not recorded: spans tell exact times, and the
    /// client's trace may contain other requests, whose log lines name the user.
    private func meshTrace(for endpoint: Endpoint) -> TraceContext {
        endpoint.mayBeAnonymous ? TraceContext(isSampled: false) : trace.child()
    }

    /// The request as it goes to the service.
    ///
    /// Header fields that are not named here stay outside.
    func meshRequest(for endpoint: Endpoint) -> MeshRequest {
        var headers: [MeshField] = []
        headers.reserveCapacity(8)
        headers.append(MeshField("x-client-address", client?.description ?? ""))
        headers.append(MeshField("x-received-at", String(receivedAt.microseconds)))
        if let value = fields.userAgent { headers.append(MeshField("user-agent", value)) }
        if let value = fields.ifMatch { headers.append(MeshField("if-match", value)) }
        if let value = fields.ifNoneMatch { headers.append(MeshField("if-none-match", value)) }
        if let value = fields.accept { headers.append(MeshField("accept", value)) }
        if fields.idempotencyKey != nil, identity == nil, let credential = fields.credential {
            headers.append(MeshField("x-credential", credential))
        }
        if let value = fields.cookie, endpoint.service == "auth" { headers.append(MeshField("cookie", value)) }
        return MeshRequest(
            operation: endpoint.operation,
            version: endpoint.version,
            requestID: requestID,
            timeLeft: endpoint.timeout,
            trace: meshTrace(for: endpoint),
            principal: identity?.principal,
            idempotencyKey: head.method == .POST ? fields.idempotencyKey : nil,
            pathParameters: pathParameters,
            query: target?.query ?? [],
            headers: headers,
            contentType: fields.contentType ?? "",
            body: body,
            repeatability: endpoint.repeatability(hasKey: fields.idempotencyKey != nil)
        )
    }
}
