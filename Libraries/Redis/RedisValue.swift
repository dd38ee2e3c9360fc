/// What Redis answers.
public enum RedisValue: Sendable, Equatable {
    case nothing
    case integer(Int64)
    case text(String)
    case array([RedisValue])
    /// The server refused the command.
    case failure(String)
}

/// Why there is no answer.
public enum RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not connected, or the connection broke while the command was under way: nobody knows whether it took effect.
    case unavailable(String)
    /// Too many commands wait already.
    case overloaded
    /// The server refused the command.
    case refused(String)

    public var description: String {
        switch self {
        case .unavailable(let reason): "Redis is not available: \(reason)"
        case .overloaded: "Too many commands wait for Redis"
        case .refused(let reason): "Redis refused a command: \(reason)"
        }
    }
}
