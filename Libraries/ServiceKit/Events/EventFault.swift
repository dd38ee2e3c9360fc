import Contracts
import Postgres

/// Whose fault it is that an event could not be taken in.
enum EventFault: Sendable {
    /// The database's or another service's: the event waits, however long that takes.
    case passing
    /// The event's own, or that of the code that takes it in: it is tried a few times.
    case own

    init(_ error: any Error) {
        if let error = error as? PostgresError {
            self = error.isTransient ? .passing : .own
        } else {
            let codes: [ErrorCode] = [.serviceUnavailable, .deadlineExceeded, .rateLimited]
            self = codes.contains(ServiceError(error).code) ? .passing : .own
        }
    }
}
