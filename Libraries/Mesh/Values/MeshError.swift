/// Why a call got no reply; what a service itself answers, a refusal too, is a ``MeshReply``.
public enum MeshError: Error, Sendable, Hashable {
    /// No peer is configured under that name.
    case unknownService(String)
    /// No replica was there within the grace, or the one that had the request went away.
    case unavailable(service: String, mayHaveExecuted: Bool)
    /// The request's time ran out.
    case deadlineExceeded(service: String, mayHaveExecuted: Bool)
    /// A bounded queue was full, here or there. Nothing was executed.
    case overloaded(service: String)
    /// The operation has lately failed at every replica, so it was not asked. Nothing was executed.
    case suspended(service: String, operation: String)
    /// The request or the reply is longer than the limits allow.
    case tooLarge(service: String)
    /// The peer does not speak as it should: a misconfigured address, or a fault in its code.
    case invalidPeer(service: String)
    /// The service rejects the statement about the user, or this process has no key to sign one. Nothing was executed.
    case unidentified(service: String)
    /// This client is shut down.
    case closed

    /// The service that was called.
    public var service: String? {
        switch self {
        case .unknownService(let service), .overloaded(let service), .tooLarge(let service),
            .invalidPeer(let service), .unidentified(let service), .unavailable(let service, _),
            .deadlineExceeded(let service, _),
            .suspended(let service, _):
            service
        case .closed: nil
        }
    }

    /// Whether the service may have done what was asked, so that only an idempotent request may be repeated.
    public var mayHaveExecuted: Bool {
        switch self {
        case .unavailable(_, let mayHaveExecuted), .deadlineExceeded(_, let mayHaveExecuted): mayHaveExecuted
        case .tooLarge, .invalidPeer: true
        case .unknownService, .overloaded, .suspended, .unidentified, .closed: false
        }
    }
}
