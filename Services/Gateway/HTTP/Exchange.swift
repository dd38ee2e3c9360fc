import Contracts
import Mesh
import NIOCore
import NIOHTTP1
import ServiceKit

/// One request from its head to the end of its answer; lives on its connection's event loop.
final class Exchange {
    let head: HTTPRequestHead
    let fields: RequestFields
    let requestID: String
    let trace: TraceContext
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
    /// What checking the token's signature came to, if it had to be checked.
    var verdict: TokenVerdict?
    /// The origin that may read the answer.
    var origin: String?
    var rate: RateDecision?
    var body: [UInt8] = []
    /// How many bytes of an answer in parts are out.
    var partBytes = 0
    /// Whether an answer in parts has begun.
    var isUnderway = false

    init(_ head: HTTPRequestHead, peer: IPAddress?, proxies: TrustedProxies) {
        self.head = head
        fields = RequestFields(head.headers)
        receivedAt = .now()
        start = .now()
        requestID = fields.requestID.flatMap { Self.isSane($0) ? $0 : nil } ?? MeshRequest.randomID()
        trace = fields.traceparent.flatMap(TraceContext.init(traceparent:)) ?? TraceContext()
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

    var method: String { head.method.rawValue }
    /// Whether the method promises to change nothing (RFC 9110 §9.2.1).
    var isSafe: Bool { head.method == .GET || head.method == .HEAD || head.method == .OPTIONS }
    /// Whether the answer belongs to the API, whose answers all tell the caller's budget.
    var isAPI: Bool { target?.segments.first == "api" || target == nil && head.uri.hasPrefix("/api") }
    var path: String { target?.path ?? String(head.uri.prefix { $0 != "?" }) }

    /// The request as it goes to the service.
    ///
    /// Header fields that are not named here stay outside.
    func meshRequest(for endpoint: Endpoint) -> MeshRequest {
        var headers = [
            MeshField("x-client-address", client?.description ?? ""),
            MeshField("x-received-at", String(receivedAt.microseconds)),
        ]
        if let value = fields.userAgent { headers.append(MeshField("user-agent", value)) }
        if let value = fields.ifMatch { headers.append(MeshField("if-match", value)) }
        if let value = fields.ifNoneMatch { headers.append(MeshField("if-none-match", value)) }
        if let value = fields.accept { headers.append(MeshField("accept", value)) }
        if let value = fields.cookie, endpoint.service == "auth" { headers.append(MeshField("cookie", value)) }
        return MeshRequest(
            operation: endpoint.operation,
            version: endpoint.version,
            requestID: requestID,
            timeLeft: endpoint.timeout,
            trace: trace.child(),
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
