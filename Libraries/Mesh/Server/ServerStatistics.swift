/// What a server has done since it started, by operation: the figures of `mesh.stats`.
struct ServerStatistics {
    struct Entry {
        var requests = 0
        /// Replies with a status of 500 or above, and requests that ran out of time.
        var failures = 0
        var time: Duration = .zero

        mutating func add(status: Int, time: Duration) {
            requests += 1
            if status >= 500 { failures += 1 }
            self.time += time
        }
    }

    private static let maxOperations = 1024

    private(set) var operations: [String: Entry] = [:]
    var refusals: [ReplyEnvelope.Refusal: Int] = [:]

    mutating func record(_ operation: String, status: Int, time: Duration) {
        // Callers are authenticated, but a faulty one must not make the table grow without limit.
        guard operations.count < Self.maxOperations || operations[operation] != nil else { return }
        operations[operation, default: Entry()].add(status: status, time: time)
    }
}
