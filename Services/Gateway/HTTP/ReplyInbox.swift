import Synchronization

/// Takes replies from other threads to one event loop: all that arrive before the loop turns to them share one `execute`.
final class ReplyInbox<Reply: Sendable>: Sendable {
    private let replies = Mutex<[Reply]>([])
    private let execute: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let deliver: @Sendable (Reply) -> Void

    /// - Parameters:
    ///   - execute: Runs a closure on the event loop, later.
    ///   - deliver: Takes each reply on the event loop, in the order of arrival.
    init(
        execute: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        deliver: @escaping @Sendable (Reply) -> Void
    ) {
        self.execute = execute
        self.deliver = deliver
    }

    func add(_ reply: Reply) {
        let isFirst = replies.withLock { replies in
            replies.append(reply)
            return replies.count == 1
        }
        if isFirst { execute { self.handOver() } }
    }

    private func handOver() {
        let arrived = replies.withLock { replies in
            defer { replies = [] }
            return replies
        }
        for reply in arrived { deliver(reply) }
    }
}
