/// What a client has seen of one service.
public struct MeshClientStatistics: Sendable, Hashable {
    /// Calls that were made.
    public internal(set) var calls = 0
    /// Tries beyond the first, hedges not among them.
    public internal(set) var retries = 0
    /// Tries that were safe and would have been in time, but not within the budget.
    public internal(set) var retriesDenied = 0
    /// Reads that were asked a second replica because the first took long.
    public internal(set) var hedges = 0
    /// Hedges that were answered before the first try.
    public internal(set) var hedgesWon = 0
    /// Tries that ran out of time.
    public internal(set) var timeouts = 0
    /// Answers with a status of 500 and above.
    public internal(set) var failures = 0
    /// Tries that were lost with their connection, or with a replica that fell silent.
    public internal(set) var lost = 0
    /// Calls refused because a queue was full, here or there.
    public internal(set) var overloads = 0
    /// Calls refused because the operation has failed at every replica lately.
    public internal(set) var suspended = 0
    /// How often an operation at one replica was suspended.
    public internal(set) var breakersOpened = 0
    /// How often a replica was left alone for failing or for saying nothing.
    public internal(set) var ejections = 0
}
