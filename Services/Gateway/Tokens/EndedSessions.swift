import Contracts
import NIOCore

/// The sessions that have ended, each for so long as one of its tokens may look valid.
///
/// They lie in buckets by the time when they are forgotten, so that forgetting touches no more than what it forgets.
struct EndedSessions {
    private struct Bucket {
        /// When all of its sessions may be forgotten.
        let until: NIODeadline
        var sessions: [SessionID] = []
    }

    /// How much longer than it must a session is remembered at most.
    static let bucketTime: TimeAmount = .seconds(1)
    private static let bucketSize = 1_024

    private var known: Set<SessionID> = []
    /// The full ones, the oldest first.
    private var full = CircularBuffer<Bucket>()
    private var youngest = Bucket(until: .uptimeNanoseconds(0))

    func contains(_ session: SessionID) -> Bool { known.contains(session) }

    /// Remembers a session.
    ///
    /// - Parameters:
    ///   - session: What has ended.
    ///   - until: For how long; no earlier than what was given before.
    /// - Returns: Whether it was not known.
    mutating func insert(_ session: SessionID, until: NIODeadline) -> Bool {
        guard known.insert(session).inserted else { return false }
        if youngest.sessions.count == Self.bucketSize || until > youngest.until {
            if !youngest.sessions.isEmpty { full.append(youngest) }
            youngest = Bucket(until: until + Self.bucketTime)
        }
        youngest.sessions.append(session)
        return true
    }

    /// Forgets one bucket, if there is one whose time has come.
    ///
    /// - Returns: Whether there was.
    mutating func forgetBucket(now: NIODeadline) -> Bool {
        let oldest = full.first ?? youngest
        guard !oldest.sessions.isEmpty, oldest.until <= now else { return false }
        if full.isEmpty { youngest.sessions = [] } else { full.removeFirst() }
        for session in oldest.sessions { known.remove(session) }
        return true
    }
}
