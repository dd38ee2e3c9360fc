internal import Logging
internal import Synchronization

/// Counts what was thrown away unanswered, and says so at most once in ten seconds, so that a hostile peer cannot fill a disk.
final class DropLog: Sendable {
    /// Why a message was thrown away.
    enum Reason: String, CaseIterable {
        case unauthentic, malformed, stale, replayed, misaddressed
    }

    private struct State {
        var total: [Reason: Int] = [:]
        var logged: [Reason: Int] = [:]
        var quietUntil: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// How often each has happened.
    var counts: [Reason: Int] { state.withLock(\.total) }

    func note(_ reason: Reason) {
        let news: [Reason: Int]? = state.withLock { state in
            state.total[reason, default: 0] += 1
            let now = ContinuousClock.now
            if let quietUntil = state.quietUntil, now < quietUntil { return nil }
            let news = state.total.filter { $0.value != state.logged[$0.key] }
            state.logged = state.total
            state.quietUntil = now + .seconds(10)
            return news
        }
        guard let news else { return }
        var metadata: Logger.Metadata = [:]
        for (reason, total) in news { metadata["dropped.\(reason.rawValue)"] = "\(total)" }
        logger.warning("Dropped mesh messages", metadata: metadata)
    }
}
