import Contracts
import Mesh
import ServiceKit

/// An operation that a running service offers over HTTP, with everything that is asked per request at hand.
struct Endpoint: Sendable {
    let operation: String
    let service: String
    let version: UInt32
    let access: Access
    let rate: RateClass
    let timeout: Duration
    let bodyLimit: Int
    let requestType: String
    /// Whether fields stand in the body.
    let takesBody: Bool
    let isPatch: Bool
    /// Whether a lost call may be made again, without an `Idempotency-Key`.
    private let repeatability: Repeatability
    /// The same with a key.
    private let repeatabilityWithKey: Repeatability
    let requests: Histogram
    let failures: Counter

    /// - Returns: `nil` for what is not called over HTTP, or cannot be understood.
    init?(_ description: OperationDescription, of service: String, metrics: Metrics) {
        guard let method = description.method, let access = Access(description.access), access != .services else {
            return nil
        }
        operation = description.name
        self.service = service
        version = UInt32(clamping: description.version)
        self.access = access
        rate = description.rate
        timeout = .milliseconds(description.timeoutMilliseconds)
        bodyLimit = description.bodyLimit
        requestType = description.requestType
        takesBody = method != "GET"
        isPatch = method == "PATCH"
        repeatability = method == "GET" ? .read : description.isIdempotent ? .idempotent : .never
        // Signing in and the like keep no record of keys, and what counts as guessing is not guessed twice.
        let honoursKeys = method == "POST" && description.rate != .auth
        repeatabilityWithKey = honoursKeys && repeatability == .never ? .idempotent : repeatability
        let labels = [("operation", description.name)]
        requests = metrics.histogram(
            "rovierr_gateway_request_duration_seconds",
            "Time from a request's head to its answer.",
            labels: labels
        )
        failures = metrics.counter(
            "rovierr_gateway_request_failures_total",
            "Requests that ended with a server error.",
            labels: labels
        )
    }

    /// Whether a lost call may be made again.
    func repeatability(hasKey: Bool) -> Repeatability { hasKey ? repeatabilityWithKey : repeatability }

    /// Whether a body of this type is what the operation reads.
    func accepts(contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.trimmed.lowercased()
        return type == requestType || isPatch && type == "application/merge-patch+json"
    }
}
