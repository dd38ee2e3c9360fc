internal import CNanomsg

/// What nanomsg, or the system below it, answered to a call.
public struct NanomsgError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The `errno` value.
    public let code: CInt
    /// What was being done: the call, and the address if there is one.
    public let operation: String

    /// The error of the call that just failed on this thread.
    static func last(_ operation: String) -> NanomsgError { NanomsgError(code: nn_errno(), operation: operation) }

    public var description: String {
        let text = unsafe String(cString: nn_strerror(code))
        return "\(operation): \(text)"
    }
}
