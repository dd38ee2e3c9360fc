import Contracts
import Synchronization

/// The total size of each person's recent answers to an anonymous form, so that nobody fills a form alone.
///
/// No table may join a person and a form's answers, so the sizes are kept in memory only, in whole blocks that hide the
/// size of a single answer. A share ends after a day, or earlier when many other people have answered since.
final class AnonymousShares: Sendable {
    /// The limit on one person's answers to one form in a day, in bytes, at each replica.
    private static let maximumBytes = 8 << 20
    private static let blockBytes = 4_096
    private static let period = Duration.seconds(86_400)
    /// The approximate memory of all shares, and of one, in bytes.
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
    ///   - user: The respondent.
    ///   - form: The anonymous form.
    ///   - now: The present, which tests choose.
    /// - Returns: The bytes counted before, for a form that is filling up, which limits them further.
    /// - Throws: `QUOTA_EXCEEDED` if the answer exceeds a day's limit.
    @discardableResult
    func take(
        _ bytes: Int,
        of user: UserID,
        in form: FormID,
        now: ContinuousClock.Instant = .now
    ) throws(ServiceError) -> Int {
        let key = Key(form: form, user: user)
        let blocks = Self.inBlocks(bytes)
        let earlierBytes: Int? = shares.withLock { shares in
            var share = shares.value(of: key) ?? Share(since: now)
            if now - share.since >= Self.period { share = Share(since: now) }
            guard share.bytes + blocks <= Self.maximumBytes else { return nil }
            share.bytes += blocks
            shares.keep(share, bytes: Self.shareBytes, for: key)
            return share.bytes - blocks
        }
        if let earlierBytes { return earlierBytes }
        throw ServiceError(
            .quotaExceeded,
            "Your answers to this form have reached a day's limit; try again tomorrow."
        )
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
