import NIOCore

/// How much a client takes of what is sent to it.
struct WriteProgress {
    /// What was handed to the channel, in bytes.
    private var sent = 0
    /// How much of it the kernel had taken, and since when it is as much.
    private var last: (taken: Int, since: NIODeadline)?

    /// Notes that so many bytes are to go out.
    mutating func send(_ bytes: Int) { sent += bytes }

    /// For how long the kernel has taken nothing, because the client has not.
    ///
    /// What is sent meanwhile is no progress: a queue that grows stands still as well.
    ///
    /// - Parameters:
    ///   - waiting: How many bytes the kernel has yet to take.
    ///   - now: The time.
    /// - Returns: Zero while nothing waits, and when it is asked for the first time.
    mutating func standstill(waiting: Int, now: NIODeadline) -> TimeAmount {
        guard waiting > 0 else {
            last = nil
            return .zero
        }
        if let last, last.taken == sent - waiting { return now - last.since }
        last = (sent - waiting, now)
        return .zero
    }
}
