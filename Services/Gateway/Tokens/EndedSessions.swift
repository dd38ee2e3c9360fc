import Contracts
import NIOCore

/// The revoked sessions, each kept for as long as one of its tokens may look valid.
///
/// Sessions are grouped in buckets by expiry, so that pruning visits only expired sessions. Expiry goes by the
/// monotonic clock, since setting a wall clock forward would revive revoked sessions.
struct EndedSessions {
    private struct Bucket {
        /// The time at which all of its sessions may be forgotten.
        let until: NIODeadline
        var sessions: [SessionID] = []
    }

    /// The maximum time for which a session is kept beyond its expiry.
    static let bucketTime: TimeAmount = .seconds(1)
    private static let bucketSize = 1_024

    private var known: Set<SessionID> = []
    /// The buckets that take no more sessions, oldest first.
    private var full = CircularBuffer<Bucket>()
    private var youngest = Bucket(until: .uptimeNanoseconds(0))

    func contains(_ session: SessionID) -> Bool { known.contains(session) }

    /// Adds a revoked session.
    ///
    /// - Parameters:
    ///   - session: The session.
    ///   - until: Its expiry, not earlier than any given before.
    /// - Returns: `false` if the session was known already.
    mutating func insert(_ session: SessionID, until: NIODeadline) -> Bool {
        guard known.insert(session).inserted else { return false }
        if youngest.sessions.count == Self.bucketSize || until > youngest.until {
            if !youngest.sessions.isEmpty { full.append(youngest) }
            youngest = Bucket(until: until + Self.bucketTime)
        }
        youngest.sessions.append(session)
        return true
    }

    /// Forgets the oldest bucket if it has expired.
    ///
    /// - Returns: `false` if no bucket has expired.
    mutating func forgetBucket(now: NIODeadline) -> Bool {
        let oldest = full.first ?? youngest
        guard !oldest.sessions.isEmpty, oldest.until <= now else { return false }
        if full.isEmpty { youngest.sessions = [] } else { full.removeFirst() }
        for session in oldest.sessions { known.remove(session) }
        return true
    }
}
