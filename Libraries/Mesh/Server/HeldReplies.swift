internal import OpenSSL

/// Replies that were too long for one message, until their callers have pulled the rest.
struct HeldReplies {
    private struct Held {
        /// Of the last request for a part of it.
        var correlation: Correlation
        let body: [UInt8]
        let deadline: ContinuousClock.Instant
    }

    private let maxBytes: Int
    private var replies: [UInt64: Held] = [:]
    private(set) var bytes = 0

    init(maxBytes: Int) {
        self.maxBytes = maxBytes
    }

    var isEmpty: Bool { replies.isEmpty }

    /// Keeps a body until its caller's deadline.
    ///
    /// - Returns: The name to pull it by, or `nil` when there is no room.
    mutating func hold(
        _ body: [UInt8],
        for correlation: Correlation,
        until deadline: ContinuousClock.Instant
    ) -> UInt64? {
        guard bytes + body.count <= maxBytes else { return nil }
        let name = SecureRandom.uint64() | 1  // never 0, which means "nothing held"
        replies[name] = Held(correlation: correlation, body: body, deadline: deadline)
        bytes += body.count
        return name
    }

    /// A piece of a body, which is let go with its last byte: replies are not lost on a lane, so nobody asks twice.
    mutating func piece(of name: UInt64, at offset: Int, atMost count: Int, for correlation: Correlation) -> [UInt8]? {
        guard let held = replies[name], held.correlation.session == correlation.session, offset >= 0,
            offset < held.body.count
        else { return nil }
        replies[name]?.correlation = correlation
        let end = min(held.body.count, offset + max(1, count))
        if end == held.body.count { release(name) }
        return Array(held.body[offset..<end])
    }

    /// Lets go of a reply whose caller does not wait for the rest.
    mutating func release(of correlation: Correlation) {
        if let (name, _) = replies.first(where: { $0.value.correlation == correlation }) { release(name) }
    }

    /// Lets go of what nobody waits for any more.
    mutating func expire(now: ContinuousClock.Instant) {
        for (name, held) in replies where held.deadline <= now { release(name) }
    }

    private mutating func release(_ name: UInt64) {
        bytes -= replies.removeValue(forKey: name)?.body.count ?? 0
    }
}
