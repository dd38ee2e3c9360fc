/// Calls that are in no replica's hands, by what they wait for.
struct WaitingCalls {
    /// For a place on any lane.
    var queue = FIFO<Attempt>()
    /// For one replica; apart, so that they never hold up the others.
    var targeted: [Attempt] = []
    /// For other calls of the same operation to end, because so many may be in flight; by operation.
    var parked: [Int: FIFO<Attempt>] = [:]
    /// For the moment of another try.
    var delayed: [(due: ContinuousClock.Instant, attempt: Attempt)] = []

    var count: Int { queue.count + targeted.count + delayed.count + parked.values.reduce(0) { $0 + $1.count } }
    var isEmpty: Bool { queue.isEmpty && targeted.isEmpty && delayed.isEmpty && parked.isEmpty }

    /// Takes out all that match.
    mutating func removeAll(where matches: (Attempt) -> Bool) -> [Attempt] {
        var removed = queue.removeAll(where: matches)
        removed += targeted.filter(matches)
        targeted.removeAll(where: matches)
        removed += delayed.map(\.attempt).filter(matches)
        delayed.removeAll { matches($0.attempt) }
        for operation in Array(parked.keys) {
            removed += parked[operation]?.removeAll(where: matches) ?? []
            if parked[operation]?.isEmpty == true { parked[operation] = nil }
        }
        return removed
    }

    /// Takes out those whose moment has come.
    mutating func removeDue(now: ContinuousClock.Instant) -> [Attempt] {
        let due = delayed.filter { $0.due <= now }.map(\.attempt)
        if !due.isEmpty { delayed.removeAll { $0.due <= now } }
        return due
    }
}
