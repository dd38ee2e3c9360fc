internal import Glibc

/// How slow a replica is beside what its operations usually take: 1 where nothing is wrong.
///
/// A moving average that follows a rise at once and a fall slowly (peak EWMA, as Finagle's balancer has it), weighted by time
/// and not by the number of answers, and relative to the operation, so that an export of seconds says nothing against the
/// replica that makes it. A failure counts as an answer a hundred times slower than usual, however quickly it came.
struct ReplicaLoad {
    static let failureSlowness = 100.0
    /// Below this, differences between replicas are those of the machine's mood.
    static let insignificant: Duration = .milliseconds(2)
    /// From here on a replica counts as slow. Without such a bound one that was slow once would stay behind for minutes where
    /// calls are few, because the rest of it never quite fades and nothing else tells the two apart.
    static let noticeable = 1.25
    /// The time after which an old value counts for a third.
    private static let memory = 10.0

    private var slowness = 1.0
    private var updatedAt: ContinuousClock.Instant?

    mutating func record(_ latency: Duration, usual: Duration?, now: ContinuousClock.Instant) {
        let base = max(usual ?? latency, Self.insignificant)
        record(slowness: max(1, latency / base), now: now)
    }

    mutating func recordFailure(now: ContinuousClock.Instant) {
        record(slowness: Self.failureSlowness, now: now)
    }

    private mutating func record(slowness sample: Double, now: ContinuousClock.Instant) {
        let weight = weight(now: now)
        slowness = sample >= slowness ? sample : slowness * weight + sample * (1 - weight)
        updatedAt = now
    }

    /// The value now; without answers it goes back to 1, so that a replica which failed is tried again within a minute.
    func slowness(now: ContinuousClock.Instant) -> Double {
        if slowness == 1 { return 1 }
        let faded = 1 + (slowness - 1) * weight(now: now)
        return faded < Self.noticeable ? 1 : faded
    }

    private func weight(now: ContinuousClock.Instant) -> Double {
        updatedAt.map { exp(-(($0.duration(to: now)) / .seconds(1)) / Self.memory) } ?? 0
    }
}
