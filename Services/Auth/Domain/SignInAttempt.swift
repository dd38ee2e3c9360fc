import AuthContracts
import Contracts
import OpenSSL
import ServiceKit

/// The account and the source under which failed password attempts are counted.
struct SignInAttempt: Sendable, Hashable {
    /// The client's network, or the session; hashing is queued by it too.
    let source: String
    /// The IPv6 /48 around the network.
    let site: String?
    /// Narrowest first; attempts lock counters in this order, so that they never deadlock.
    let counters: [FailureCounter]

    /// A sign-in.
    ///
    /// The account is a hash of the address, even if no such account exists.
    init(email: EmailAddress, clientAddress: String) {
        let account = SHA256.hash(Array(email.folded.utf8))
        let network = ClientNetwork(clientAddress)
        source = network.text
        site = network.site
        var counters = [FailureCounter(account, network.text, limit: Lockout.limit, window: Lockout.window)]
        if let site = network.site {
            counters.append(FailureCounter(account, site, limit: 20, window: Lockout.window, isWide: true))
        }
        counters.append(FailureCounter(account, "", limit: 100, window: Lockout.longestWindow, isWide: true))
        self.counters = counters
    }

    /// A password change by a signed-in user, counted by session and apart from sign-ins.
    init(changeBy user: RequestContext.User) {
        source = "\(user.id)"
        site = nil
        let account = SHA256.hash(Array("change by \(user.id)".utf8))
        let session = user.session.map { "session \($0)" } ?? ""
        counters = [FailureCounter(account, session, limit: Lockout.limit, window: Lockout.window)]
    }
}

/// Counts failed attempts at one account, from one source or from all.
struct FailureCounter: Sendable, Hashable {
    let account: [UInt8]
    /// Empty for all sources together.
    let source: String
    /// The number of failures that may count at once.
    let limit: Int
    /// The time for which each failure counts.
    let window: Duration
    /// Tells whether the counter includes other sources; if so, it never locks out a network from which the owner has
    /// signed in.
    let isWide: Bool

    init(_ account: [UInt8], _ source: String, limit: Int, window: Duration, isWide: Bool = false) {
        self.account = account
        self.source = source
        self.limit = limit
        self.window = window
        self.isWide = isWide
    }

    func lockout(_ failures: [Timestamp], at now: Timestamp) -> Lockout {
        Lockout(failures, limit: limit, window: window, at: now)
    }
}

/// Decides lockouts: a limited number of failures within a sliding window.
struct Lockout: Sendable {
    /// The failures allowed to one source at one account.
    static let limit = 10
    static let window = Duration.seconds(15 * 60)
    /// The longest window of any counter.
    static let longestWindow = Duration.seconds(3_600)

    private let limit: Int
    private let window: Duration
    /// The failures that still count, oldest first.
    private let failures: [Timestamp]

    init(_ failures: [Timestamp], limit: Int = limit, window: Duration = window, at now: Timestamp) {
        self.limit = limit
        self.window = window
        self.failures = failures.filter { $0 > now - window }.sorted()
    }

    /// How long until the next attempt is looked at; `nil` for not at all.
    func wait(at now: Timestamp) -> Duration? {
        guard failures.count >= limit, let oldest = failures.suffix(limit).first else { return nil }
        return oldest + window - now
    }
}
