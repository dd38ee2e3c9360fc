@testable import Mesh
import TestKit
import Testing

/// The client's decisions, each from a seed, in simulated time.
@Suite("Resilience", .timeLimit(.minutes(10)))
struct ResilienceTests {
    private static func usual(_ random: inout SeededGenerator) -> Simulation.Behaviour {
        .answers(status: 200, after: .milliseconds(Int.random(in: 1...5, using: &random)))
    }

    @Test(
        "A slow replica loses its share of the load, and has it back when it is quick again",
        arguments: Seed.batch(100)
    )
    func slowReplica(seed: Seed) throws {
        var random = seed.generator
        let slowness = Int.random(in: 20...60, using: &random)
        var simulation = try Simulation(replicas: 3, seed: seed) { replica, random in
            guard replica == 2 else { return Self.usual(&random) }
            return .answers(status: 200, after: .milliseconds(slowness * Int.random(in: 1...5, using: &random)))
        }
        _ = simulation.keepBusy(6, .never, for: .milliseconds(500))
        let before = simulation.sent
        let outcomes = simulation.keepBusy(6, .never, for: .milliseconds(800))
        let sent = zip(simulation.sent, before).map { $0 - $1 }
        #expect(outcomes.errors.isEmpty)
        #expect(sent[2] * 20 < sent.reduce(0, +), "\(sent)")
        // The others share evenly.
        #expect(abs(sent[0] - sent[1]) * 3 < sent[0] + sent[1], "\(sent)")

        simulation.behaviour = { _, random in Self.usual(&random) }
        simulation.rest(for: .seconds(60))
        let recovered = simulation.sent
        _ = simulation.keepBusy(6, .never, for: .milliseconds(400))
        let shares = zip(simulation.sent, recovered).map { $0 - $1 }
        #expect(shares[2] * 6 > shares.reduce(0, +), "\(shares)")
    }

    @Test("A replica that fails quickly does not attract the load, and is found again", arguments: Seed.batch(100))
    func fastFailure(seed: Seed) throws {
        var random = seed.generator
        let failures: [Simulation.Behaviour] = [
            .answers(status: 500, after: .milliseconds(1)), .answers(status: 503, after: .milliseconds(1)),
            .answers(status: 429, after: .milliseconds(1)), .refuses(.overloaded, after: .milliseconds(1)),
        ]
        let failure = try #require(failures.randomElement(using: &random))
        var simulation = try Simulation(replicas: 3, seed: seed) { replica, random in
            replica == 2 ? failure : .answers(status: 200, after: .milliseconds(Int.random(in: 5...20, using: &random)))
        }
        let outcomes = simulation.keepBusy(6, .idempotent, for: .milliseconds(2500))
        let total = simulation.sent.reduce(0, +)
        #expect(simulation.sent[2] * 20 < total, "\(simulation.sent)")
        #expect((outcomes.answers[200] ?? 0) * 100 > outcomes.total * 95, "\(outcomes)")

        simulation.behaviour = { _, random in
            .answers(status: 200, after: .milliseconds(Int.random(in: 5...20, using: &random)))
        }
        simulation.rest(for: .seconds(60))
        let recovered = simulation.sent
        _ = simulation.keepBusy(6, .idempotent, for: .seconds(1))
        let shares = zip(simulation.sent, recovered).map { $0 - $1 }
        #expect(shares[2] * 6 > shares.reduce(0, +), "\(shares)")
    }

    @Test("A replica that says nothing is left alone, and one probe at a time looks for it", arguments: Seed.batch(100))
    func silence(seed: Seed) throws {
        var isSilent = false
        var simulation = try Simulation(replicas: 2, seed: seed) { _, random in Self.usual(&random) }
        _ = simulation.keepBusy(2, .idempotent, for: .milliseconds(200))
        isSilent = true
        simulation.behaviour = { replica, random in
            replica == 1 && isSilent ? .saysNothing : Self.usual(&random)
        }
        let outcomes = simulation.keepBusy(2, .idempotent, for: .seconds(5))
        #expect(outcomes.errors.isEmpty && Array(outcomes.answers.keys) == [200], "\(outcomes)")
        let before = simulation.sent
        _ = simulation.keepBusy(1, .idempotent, for: .seconds(3))
        #expect(simulation.sent[1] == before[1])
        #expect(simulation.warnings.contains("A peer does not answer"))
        #expect(simulation.state.statistics.ejections > 0)

        isSilent = false
        simulation.behaviour = { _, random in Self.usual(&random) }
        simulation.rest(for: .seconds(40))
        _ = simulation.keepBusy(8, .idempotent, for: .milliseconds(200))
        #expect(simulation.sent[1] > before[1])
        #expect(simulation.warnings.contains("A peer answers again"))
    }

    @Test("All replicas failing are asked all the same, and never all left alone", arguments: Seed.batch(100))
    func neverAll(seed: Seed) throws {
        var limits = MeshLimits()
        limits.breakerFailures = .max
        var simulation = try Simulation(replicas: 3, limits: limits, seed: seed) { _, _ in
            .answers(status: 500, after: .milliseconds(2))
        }
        let outcomes = simulation.keepBusy(6, .never, for: .milliseconds(400))
        #expect(simulation.state.endpoints.allSatisfy { $0.ejection.isOpen })
        // Each got its own answer, and not one of the mesh's.
        #expect(outcomes.answers[500] == outcomes.total && outcomes.total > 500)
    }

    @Test("When everything fails, retries stay within the budget", arguments: Seed.batch(100))
    func budget(seed: Seed) throws {
        var limits = MeshLimits()
        (limits.breakerFailures, limits.ejectionFailures) = (.max, .max)
        var simulation = try Simulation(replicas: 3, limits: limits, seed: seed) { _, random in
            .answers(status: 503, after: .milliseconds(Int.random(in: 1...5, using: &random)))
        }
        let seconds = 1
        let outcomes = simulation.keepBusy(8, .idempotent, for: .seconds(seconds))
        simulation.run(for: .seconds(1))  // for the last to end
        let calls = simulation.state.statistics.calls
        let allowed = Double(calls) * limits.retryShare + limits.retriesPerSecond * Double(seconds + 2)
        let retries = simulation.state.statistics.retries
        #expect(Double(retries) <= allowed)
        #expect(simulation.sent.reduce(0, +) == calls + retries)
        // It is used as far as it goes, and what it does not allow ends with the service's own answer.
        #expect(Double(retries) > Double(calls) * limits.retryShare * 0.8)
        #expect(outcomes.answers[503] == outcomes.total)
        #expect(simulation.state.statistics.retriesDenied > 0)
    }

    @Test("What was slow or failed is as good as the others within a minute, although nobody asks it")
    func forgottenSlowness() {
        let now = ContinuousClock.now
        var load = ReplicaLoad()
        load.recordFailure(now: now)
        #expect(load.slowness(now: now + .seconds(1)) > 50)
        #expect(load.slowness(now: now + .seconds(60)) == 1)
    }

    @Test("A long reply that broke off is asked for again, if that has no second effect", arguments: Seed.batch(100))
    func brokenReply(seed: Seed) throws {
        var limits = MeshLimits()
        limits.pingInterval = .milliseconds(100)
        limits.pingTimeout = .milliseconds(200)
        for repeatability in [Repeatability.read, .idempotent, .never] {
            var simulation = try Simulation(replicas: 2, limits: limits, seed: seed) { replica, random in
                replica == 0 ? .breaksOff(after: .milliseconds(1)) : Self.usual(&random)
            }
            let tally = Tally()
            for _ in 0..<4 {
                tally.began()
                simulation.call(repeatability) { tally.ended($0) }
            }
            simulation.run(for: .milliseconds(20))
            #expect(tally.outcomes.open == simulation.sent[0] && simulation.sent[0] > 0)
            simulation.behaviour = { replica, random in replica == 0 ? .saysNothing : Self.usual(&random) }
            simulation.run(for: .seconds(1))
            let outcomes = tally.outcomes
            let lost = repeatability == .never ? simulation.sent[0] : 0
            #expect(outcomes.open == 0 && outcomes.answers[200] == 4 - lost)
            let error = MeshError.unavailable(service: "echo", mayHaveExecuted: true)
            #expect(outcomes.errors == (lost > 0 ? [error: lost] : [:]))
        }
    }

    @Test("What may have a second effect is sent again only if it was not executed", arguments: Seed.batch(100))
    func repeatability(seed: Seed) throws {
        var simulation = try Simulation(replicas: 2, seed: seed) { replica, _ in
            replica == 0
                ? .answers(status: 200, after: .milliseconds(1)) : .answers(status: 503, after: .milliseconds(1))
        }
        let executed = simulation.keepBusy(1, .never, for: .milliseconds(200))
        #expect(simulation.state.statistics.retries == 0 && (executed.answers[503] ?? 0) > 0)

        simulation.behaviour = { replica, _ in
            replica == 0
                ? .answers(status: 200, after: .milliseconds(1)) : .refuses(.overloaded, after: .milliseconds(1))
        }
        simulation.rest(for: .seconds(30))
        let refused = simulation.keepBusy(16, .never, for: .milliseconds(50))
        #expect(refused.errors.isEmpty || simulation.state.statistics.retriesDenied > 0, "\(refused)")
        #expect(simulation.state.statistics.retries > 0)
    }

    @Test(
        "A read that takes unusually long is asked of another replica, the first answer wins",
        arguments: Seed.batch(100)
    )
    func hedging(seed: Seed) throws {
        var simulation = try Simulation(replicas: 3, seed: seed) { _, random in
            Int.random(in: 0..<50, using: &random) == 0
                ? .answers(status: 200, after: .seconds(2)) : Self.usual(&random)
        }
        _ = simulation.keepBusy(3, .read, for: .milliseconds(600))
        let before = simulation.state.statistics
        let outcomes = simulation.keepBusy(3, .read, for: .seconds(2))
        let after = simulation.state.statistics
        let (hedges, calls) = (after.hedges - before.hedges, after.calls - before.calls)
        #expect(outcomes.errors.isEmpty)
        #expect(hedges > 0 && after.hedgesWon > before.hedgesWon && simulation.cancelled > 0)
        #expect(Double(hedges) < Double(calls) * 0.2 + 15)

        simulation.run(for: .seconds(3))
        let hedged = simulation.state.statistics.hedges
        let writes = simulation.keepBusy(3, .idempotent, for: .milliseconds(300))
        #expect(simulation.state.statistics.hedges == hedged && writes.errors.isEmpty)
    }

    @Test("Hedges leave enough of the budget to retry calls that a replica loses", arguments: Seed.batch(100))
    func reserve(seed: Seed) {
        var random = seed.generator
        var now = ContinuousClock.now
        var budget = RetryBudget(share: 0.2, perSecond: 3, now: now)
        var hedges = 0
        for _ in 0..<100 {
            now += .milliseconds(Int.random(in: 0...100, using: &random))
            budget.deposit()
            if budget.withdraw(isHedge: true, now: now) { hedges += 1 }
        }
        #expect(hedges > 20)
        let retries = (0..<2).map { _ in budget.withdraw(now: now) }
        #expect(retries == [true, true])
    }

    @Test("A suspended operation lets one call through at a time, with growing pauses", arguments: Seed.batch(100))
    func breaker(seed: Seed) {
        var random = SplitMix64(seed: seed.value)
        let rule = Breaker.Rule(failures: 5, pause: .seconds(1), longestPause: .seconds(8))
        var breaker = Breaker()
        var now = ContinuousClock.now
        for _ in 0..<4 {
            #expect(breaker.record(isFailure: true, since: now, now: now, rule: rule, random: &random) == nil)
        }
        #expect(breaker.admits(now: now) && !breaker.isOpen)
        var change = breaker.record(isFailure: true, since: now, now: now, rule: rule, random: &random)
        var pause = Duration.seconds(1)
        for _ in 0..<6 {
            #expect(change == .opened(for: pause))
            #expect(!breaker.admits(now: now + pause * 0.99) && breaker.admits(now: now + pause * 1.25))
            // A straggler that was sent before tells nothing.
            let straggler = breaker.record(
                isFailure: Bool.random(using: &random),
                since: now - .seconds(1),
                now: now,
                rule: rule,
                random: &random
            )
            #expect(straggler == nil && breaker.isOpen)
            now += pause * 1.25
            breaker.pass(now: now)
            #expect(!breaker.admits(now: now))
            change = breaker.record(isFailure: true, since: now, now: now, rule: rule, random: &random)
            pause = min(pause * 2, rule.longestPause)
        }
        now += .seconds(10)
        breaker.pass(now: now)
        #expect(breaker.record(isFailure: false, since: now, now: now, rule: rule, random: &random) == .closed)
        #expect(breaker.admits(now: now))
    }

    @Test("Half and nearly all of an operation's answers are known to a third", arguments: Seed.batch(100))
    func latency(seed: Seed) throws {
        var random = seed.generator
        var profile = LatencyProfile()
        #expect(profile.usual == nil && profile.high == nil)
        let scale = Int.random(in: 100...1_000_000, using: &random)
        for _ in 0..<5000 { profile.record(.microseconds(Int.random(in: scale..<(2 * scale), using: &random))) }
        let (usual, high) = (try #require(profile.usual), try #require(profile.high))
        #expect(usual >= .microseconds(scale) * 1.4 && usual <= .microseconds(scale) * 2.3)
        #expect(high >= usual && high <= .microseconds(scale) * 3)
    }
}

@Suite("Load and one person's failures do not count against a replica")
struct OverloadTests {
    @Test("Answers 429 and 503, however many, suspend nothing and leave no replica alone", arguments: [429, 503])
    func overload(status: Int) throws {
        var simulation = try Simulation(replicas: 2, seed: Seed.batch(1)[0]) { _, _ in
            .answers(status: status, after: .milliseconds(1))
        }
        let outcomes = simulation.keepBusy(8, .never, for: .seconds(3))
        #expect(outcomes.errors.isEmpty && outcomes.answers[status] == outcomes.total, "\(outcomes)")
        let statistics = simulation.state.statistics
        #expect(statistics.breakersOpened == 0 && statistics.ejections == 0 && statistics.failures == 0)
    }

    @Test("Repeated 500s don't suspend an operation, and each caller gets a reply")
    func brokenHandler() throws {
        var simulation = try Simulation(replicas: 1, seed: Seed.batch(1)[0]) { _, _ in
            .answers(status: 500, after: .milliseconds(1))
        }
        let outcomes = simulation.keepBusy(8, .never, for: .seconds(3))
        #expect(
            outcomes.errors.isEmpty && outcomes.answers[500] == outcomes.total && outcomes.total > 500,
            "\(outcomes)"
        )
        #expect(simulation.state.statistics.breakersOpened == 0)
    }

    @Test("A source is a user, an IPv4 address or an IPv6 /64", arguments: Seed.batch(100))
    func networks(seed: Seed) {
        var random = seed.generator
        func source(_ address: String) -> Int? {
            MeshRequest(operation: "a", timeLeft: .seconds(1), headers: [MeshField("x-client-address", address)]).source
        }
        func group() -> String { String(Int.random(in: 1...0xFFFF, using: &random), radix: 16) }
        let network = "2001:db8:\(group()):\(Int.random(in: 1...4_999, using: &random))"
        let neighbours = (0..<5).map { _ in source("\(network):\(group()):\(group()):\(group()):\(group())") }
        #expect(Set(neighbours).count == 1 && neighbours[0] != nil)
        #expect(source("2001:db9::\(group())") != neighbours[0])
        #expect(source("192.0.2.1") != source("192.0.2.2"))
        #expect(source("::ffff:192.0.2.1") != source("::ffff:192.0.2.2"))
        #expect(source("") == nil)
    }

    @Test("One person's failing calls suspend an operation for nobody; several people's do")
    func sources() {
        var random = SplitMix64(seed: 1)
        let rule = Breaker.Rule(failures: 5, pause: .seconds(1), longestPause: .seconds(8))
        var breaker = Breaker()
        var now = ContinuousClock.now
        for _ in 0..<100 {
            let change = breaker.record(isFailure: true, source: 7, since: now, now: now, rule: rule, random: &random)
            #expect(change == nil && breaker.admits(now: now))
        }
        for source in 8..<11 {
            let change = breaker.record(
                isFailure: true,
                source: source,
                since: now,
                now: now,
                rule: rule,
                random: &random
            )
            #expect(change == nil)
        }
        var change = breaker.record(isFailure: true, source: 11, since: now, now: now, rule: rule, random: &random)
        #expect(change == .opened(for: .seconds(1)))
        // A failed probe by the same person does not lengthen the pause; one by another does.
        for (source, pause) in [(7, Duration.seconds(1)), (12, .seconds(2)), (12, .seconds(2))] {
            now += .seconds(10)
            breaker.pass(now: now)
            change = breaker.record(isFailure: true, source: source, since: now, now: now, rule: rule, random: &random)
            #expect(change == .opened(for: pause))
        }
        now += .seconds(10)
        breaker.pass(now: now)
        #expect(breaker.record(isFailure: false, since: now, now: now, rule: rule, random: &random) == .closed)
        // Closing also forgets the sources of earlier failures.
        for _ in 0..<4 {
            #expect(breaker.record(isFailure: true, since: now, now: now, rule: rule, random: &random) == nil)
        }
    }
}
