import Contracts
import Synchronization

/// The sizes of what people have sent to anonymous forms lately, so that nobody fills a form alone.
///
/// No table may join a person and a form's answers, so this is in memory only, in whole blocks that hide the size of an
/// answer. A share ends after a day, or when many others have answered since.
final class AnonymousShares: Sendable {
    /// The limit on one person's answers to one form in a day, in bytes, at each replica.
    private static let maximumBytes = 8 << 20
    private static let blockBytes = 4_096
    private static let period = Duration.seconds(86_400)
    /// The memory of all shares and of one, by estimate.
    private static let limit = 512 << 10
    private static let shareBytes = 128

    private struct Key: Hashable {
        let form: FormID
        let user: UserID
    }

    private struct Share {
        var bytes = 0
        let since: ContinuousClock.Instant
    }

    private let shares = Mutex(ByteBoundedCache<Key, Share>(limit: limit))

    /// Counts an answer, before it is stored.
    ///
    /// - Parameters:
    ///   - bytes: Its size.
    ///   - user: Who sends it.
    ///   - form: The anonymous form.
    ///   - now: The time by a clock that nobody sets.
    /// - Throws: `QUOTA_EXCEEDED`.
    func take(
        _ bytes: Int,
        of user: UserID,
        in form: FormID,
        now: ContinuousClock.Instant = .now
    ) throws(ServiceError) {
        let key = Key(form: form, user: user)
        let blocks = Self.inBlocks(bytes)
        let isTaken = shares.withLock { shares in
            var share = shares.value(of: key) ?? Share(since: now)
            if now - share.since >= Self.period { share = Share(since: now) }
            guard share.bytes + blocks <= Self.maximumBytes else { return false }
            share.bytes += blocks
            shares.keep(share, bytes: Self.shareBytes, for: key)
            return true
        }
        guard isTaken else { throw ServiceError(.quotaExceeded, "Your share of the form's storage is exhausted.") }
    }

    /// Takes back an answer that was not stored.
    func giveBack(_ bytes: Int, of user: UserID, in form: FormID) {
        let key = Key(form: form, user: user)
        let blocks = Self.inBlocks(bytes)
        shares.withLock { shares in
            guard var share = shares.value(of: key) else { return }
            share.bytes = max(0, share.bytes - blocks)
            shares.keep(share, bytes: Self.shareBytes, for: key)
        }
    }

    private static func inBlocks(_ bytes: Int) -> Int { (bytes + blockBytes - 1) / blockBytes * blockBytes }
}
