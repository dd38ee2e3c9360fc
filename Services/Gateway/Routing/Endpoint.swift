import Contracts
import Mesh
import ServiceKit

/// An operation that a running service offers over HTTP, with everything that is asked per request at hand.
final class Endpoint: Sendable {
    let operation: String
    let service: String
    let version: UInt32
    let access: Access
    let rate: RateClass
    let priority: CallPriority
    let concurrency: Int?
    let timeout: Duration
    let bodyLimit: Int
    let requestType: String
    /// `true` if fields stand in the body.
    let takesBody: Bool
    let isPatch: Bool
    /// Tells whether a failed call may have had an anonymous effect.
    let mayBeAnonymous: Bool
    /// The rule for making a lost call again, without an `Idempotency-Key`.
    private let repeatability: Repeatability
    /// The same with a key.
    private let repeatabilityWithKey: Repeatability
    /// What every answer tells the client of an operation that it should leave.
    let deprecation: [(String, String)]
    /// The path with `{names}` where values stand, for people and figures.
    let route: String
    let figures: RequestFigures

    /// Longer than any operation of ours; what a description says beyond is not kept.
    private static let longestTimeout = 600_000

    /// - Returns: `nil` for what cannot be understood.
    init?(_ description: OperationDescription, of service: String, metrics: Metrics) {
        guard let method = description.method, Self.methods.contains(method), let access = Access(description.access)
        else { return nil }
        operation = description.name
        self.service = service
        version = UInt32(clamping: description.version)
        self.access = access
        rate = description.rate
        priority = description.priority ?? .normal
        concurrency = description.concurrency
        timeout = .milliseconds(min(description.timeoutMilliseconds, Self.longestTimeout))
        bodyLimit = min(description.bodyLimit, MeshLimits().maxBodyBytes)  // the mesh carries no more
        requestType = description.requestType
        takesBody = method != "GET"
        isPatch = method == "PATCH"
        mayBeAnonymous = description.mayBeAnonymous ?? false
        repeatability = method == "GET" ? .read : description.isIdempotent ? .idempotent : .never
        repeatabilityWithKey = description.takesIdempotencyKey && repeatability == .never ? .idempotent : repeatability
        deprecation = description.deprecation?.headers ?? []
        route = description.paths.first ?? ""
        figures = RequestFigures(
            metrics,
            prefix: "rovierr_gateway_request",
            of: "an HTTP request, from its head on",
            operation: description.name
        )
    }

    private static let methods: Set = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    /// Returns the rule for making a lost call again.
    func repeatability(hasKey: Bool) -> Repeatability { hasKey ? repeatabilityWithKey : repeatability }

    /// Tells whether a body of this type is what the operation reads.
    func accepts(contentType: String) -> Bool {
        if contentType.hasSameBytes(as: requestType) { return true }  // as most clients write it
        let type = contentType.prefix { $0 != ";" }.trimmed.lowercased()
        return type == requestType || isPatch && type == "application/merge-patch+json"
    }
}

extension Deprecation {
    /// `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the way to what takes the operation's place.
    var headers: [(String, String)] {
        var headers = [("Deprecation", "@\(since.start.secondsSince1970)")]
        if let sunset { headers.append(("Sunset", LoopState.httpDate(sunset.start))) }
        if let successor { headers.append(("Link", "<\(successor)>; rel=\"successor-version\"")) }
        headers.append(("Link", "</docs>; rel=\"deprecation\"; type=\"text/html\""))
        return headers
    }
}

extension CalendarDate {
    /// The day's first second.
    fileprivate var start: Timestamp { Timestamp(microseconds: Int64(daysSince1970) * 86_400_000_000) }
}
