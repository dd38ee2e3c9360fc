/// Keeps calls from what keeps failing: stops them for a pause, then lets one through to see, and pauses longer if that fails.
///
/// One such value guards a replica as a whole, and one each of its operations. Failures of one source count once: a
/// caller that knows a failing request could otherwise repeat it and make the operation unavailable to others.
struct Breaker {
    /// What a verdict has changed.
    enum Change: Equatable {
        case opened(for: Duration)
        case closed
    }

    /// How many failures in a row open it, and for how long.
    struct Rule {
        let failures: Int
        let pause: Duration
        let longestPause: Duration
    }

    private var failures = 0
    /// The sources of those failures.
    private var sources: [Int] = []
    /// Open until then; after that one call at a time is let through.
    private(set) var retryAt: ContinuousClock.Instant?
    private var openedAt = ContinuousClock.now
    private var pause: Duration = .zero

    var isOpen: Bool { retryAt != nil }

    /// Whether a call may pass: while open only the one that sees whether things are better.
    func admits(now: ContinuousClock.Instant) -> Bool { retryAt.map { $0 <= now } ?? true }

    /// Whether the next call is the one to see.
    func wantsProbe(now: ContinuousClock.Instant) -> Bool { retryAt.map { $0 <= now } ?? false }

    /// A call passes; while open, the next one has to wait for its verdict, or for as long as the last pause.
    mutating func pass(now: ContinuousClock.Instant) {
        if retryAt != nil { retryAt = now + pause }
    }

    /// Learns how a call ended.
    ///
    /// What was under way when it opened says nothing about now, so only calls that began later count while it is open.
    ///
    /// - Parameters:
    ///   - isFailure: How it ended.
    ///   - source: The caller's number; `nil` for a service's own account, where every failure counts.
    ///   - since: When the call was sent.
    ///   - now: The time.
    ///   - rule: When to open.
    ///   - random: Keeps many clients from probing at one moment: pauses are up to a quarter longer.
    /// - Returns: What is worth telling an operator.
    mutating func record(
        isFailure: Bool,
        source: Int? = nil,
        since: ContinuousClock.Instant,
        now: ContinuousClock.Instant,
        rule: Rule,
        random: inout SplitMix64
    ) -> Change? {
        guard isFailure else {
            if isOpen, since < openedAt { return nil }
            defer { reset() }
            return isOpen ? .closed : nil
        }
        if isOpen {
            guard since >= openedAt else { return nil }
            // A failed probe tells nothing new if calls of its source failed before.
            if isNews(source) { pause = min(pause * 2, rule.longestPause) }
        } else {
            guard isNews(source) else { return nil }
            failures += 1
            guard failures >= rule.failures else { return nil }
            pause = rule.pause
        }
        openedAt = now
        retryAt = now + pause + pause * Double.random(in: 0..<0.25, using: &random)
        return .opened(for: pause)
    }

    /// Tells whether a failure is the first of its source; no more sources are remembered than matter.
    private mutating func isNews(_ source: Int?) -> Bool {
        guard let source else { return true }
        guard !sources.contains(source) else { return false }
        if sources.count < 16 { sources.append(source) }
        return true
    }

    /// Forgets everything, because something else is there now.
    mutating func reset() {
        failures = 0
        sources = []
        retryAt = nil
    }
}
