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
    /// The path with `{names}` where values stand, for people and figures.
    let route: String
    let figures: RequestFigures

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
        route = description.paths.first ?? ""
        figures = RequestFigures(
            metrics,
            prefix: "rovierr_gateway_request",
            of: "an HTTP request, from its head on",
            operation: description.name
        )
    }

    /// Whether a body of this type is what the operation reads.
    func accepts(contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.trimmed.lowercased()
        return type == requestType || isPatch && type == "application/merge-patch+json"
    }
}
