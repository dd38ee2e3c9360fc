/// Knows a request that was recorded and is sent again.
///
/// A session's sequence numbers only grow, so one number per session is enough. A request must be recent, and must name this
/// process by its random instance number; what is older than the memory of sessions is therefore refused anyway.
struct ReplayGuard {
    private struct Session {
        var lastSequence: UInt64
        var lastSeen: ContinuousClock.Instant
    }

    private let memory: Duration
    private let maxSessions: Int
    private var sessions: [UInt64: Session] = [:]
    private var nextSweep: ContinuousClock.Instant

    /// Makes a guard.
    ///
    /// - Parameters:
    ///   - clockSkew: How far a sender's clock may be off, in both directions.
    ///   - maxSessions: A limit on the cost of a faulty service; only services with a key open sessions.
    ///   - now: The time.
    init(clockSkew: Duration, maxSessions: Int = 65_536, now: ContinuousClock.Instant) {
        // A message from a clock that runs ahead stays acceptable for twice the skew.
        memory = clockSkew * 2
        self.maxSessions = maxSessions
        nextSweep = now + memory
    }

    /// Whether the request is a new one.
    mutating func admit(session: UInt64, sequence: UInt64, now: ContinuousClock.Instant) -> Bool {
        if now >= nextSweep { sweep(now: now) }
        if let known = sessions[session] {
            guard sequence > known.lastSequence else { return false }
        } else if sessions.count >= maxSessions {
            return false
        }
        sessions[session] = Session(lastSequence: sequence, lastSeen: now)
        return true
    }

    private mutating func sweep(now: ContinuousClock.Instant) {
        sessions = sessions.filter { now - $0.value.lastSeen <= memory }
        nextSweep = now + memory
    }
}
