/// How long the replies of each operation tend to be, so that most of them come in one piece.
struct CreditEstimates {
    /// What every request may use: sixteen of them fill a lane.
    static let least = 8 << 10
    /// A body of 64 KB with its envelope; above it pulling costs less than what it would hold back.
    static let most = 72 << 10
    /// What all requests of one lane may use together.
    ///
    /// Twice as much still survives a reader that pauses, with the smallest
    /// buffers that nanomsg and a stock kernel give to a connection.
    static let perLane = 128 << 10

    private static let maxOperations = 256

    private var estimates: [String: Int] = [:]

    /// How many bytes to allow the reply of an operation.
    func credit(for operation: String) -> Int { estimates[operation] ?? Self.least }

    /// Learns from a reply: up at once, down slowly, because a reply that is cut costs a round trip, and credit that stays
    /// unused at most another lane.
    mutating func learn(_ operation: String, replyBytes: Int) {
        let known = estimates[operation]
        if known == nil, replyBytes <= Self.least * 3 / 4 { return }
        let wanted = min(Self.most, max(Self.least, replyBytes + replyBytes / 4 + 1024))
        let current = known ?? Self.least
        let next = wanted >= current ? wanted : current - (current - wanted) / 16
        if next <= Self.least + 512 {
            estimates[operation] = nil
        } else if known != nil || estimates.count < Self.maxOperations {
            estimates[operation] = next
        }
    }
}
