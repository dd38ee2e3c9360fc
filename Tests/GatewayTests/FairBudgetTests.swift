import NIOCore
import TestKit
import Testing

@testable import Gateway

@Suite("Shares of what is limited")
struct FairBudgetTests {
    /// An IPv6 address in one of the subnets of a site.
    private static func source(_ site: UInt64, _ subnet: UInt64) -> RateKey {
        RateKey(address: IPAddress(high: (site + 1) << 16 | subnet, low: 1))
    }

    // **Feature: rovierr-platform-foundation, Property 22: no source holds more than it leaves free**
    @Test(
        "A source takes no more than it leaves free, a site eight times that at most, and released parts are free again",
        arguments: Seed.batch(100)
    )
    func shares(seed: Seed) {
        var random = seed.generator
        let budget = FairBudget(limit: 1_000, limitPerSource: 300)
        var leases: [(site: UInt64, source: RateKey, lease: FairBudget.Lease, held: Int)] = []
        for _ in 0..<200 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let site = UInt64.random(in: 0..<3, using: &random)
                let source = Self.source(site, .random(in: 0..<4, using: &random))
                leases.append((site, source, FairBudget.Lease(of: budget, for: source), 0))
            case 1 where !leases.isEmpty: leases.remove(at: .random(in: leases.indices, using: &random))
            case 2 where !leases.isEmpty:
                let index = Int.random(in: leases.indices, using: &random)
                let amount = Int.random(in: 0...350, using: &random)
                let (site, source, lease, held) = leases[index]
                let others = leases.reduce(0) { $0 + $1.held } - held
                let ofSource = leases.filter { $0.source == source }.reduce(0) { $0 + $1.held } - held
                let ofSite = leases.filter { $0.site == site }.reduce(0) { $0 + $1.held } - held
                let free = 1_000 - others - amount
                let share = max(1, free)
                let mayGrow =
                    free >= 0 && ofSource + amount <= min(300, share) && ofSite + amount <= 8 * share
                let isHeld = lease.hold(amount)
                #expect(isHeld == (amount <= held || mayGrow), "\(seed)")
                if isHeld { leases[index].held = amount }
            default: break
            }
            #expect(budget.taken == leases.reduce(0) { $0 + $1.held }, "\(seed)")
        }
        leases = []
        #expect(budget.taken == 0)
    }

    @Test("However much a few sources and a whole site hold, a newcomer finds room", arguments: Seed.batch(100))
    func newcomer(seed: Seed) {
        var random = seed.generator
        let budget = FairBudget(limit: 4_096, limitPerSource: 4_096)
        var leases: [FairBudget.Lease] = []
        for number in 0..<UInt64.random(in: 0...5, using: &random) {
            let address = RateKey(address: IPAddress(high: 0, low: 0xFFFF_C000_0200 + number))
            let lease = FairBudget.Lease(of: budget, for: address)
            var held = 0
            while lease.hold(held + 1) { held += 1 }
            leases.append(lease)
        }
        for subnet in 0..<1_000 {
            let lease = FairBudget.Lease(of: budget, for: Self.source(7, UInt64(subnet)))
            var held = 0
            while lease.hold(held + 1) { held += 1 }
            leases.append(lease)
        }
        let newcomer = FairBudget.Lease(of: budget, for: Self.source(8, 0))
        let isHeld = newcomer.hold(1)
        #expect(isHeld, "\(seed)")
        leases = []
    }

    @Test("An empty body needs no room, and the last unit goes to whoever holds nothing")
    func smallest() {
        let budget = FairBudget(limit: 10, limitPerSource: 10)
        let (one, other) = (Self.source(0, 0), Self.source(1, 0))
        let (lease, last) = (FairBudget.Lease(of: budget, for: one), FairBudget.Lease(of: budget, for: other))
        let (half, more) = (lease.hold(5), lease.hold(6))
        #expect(half && !more)
        let (some, rest) = (last.hold(2), last.hold(5))
        #expect(some && !rest)
        #expect(budget.hasRoom(for: 0, of: one) && !budget.hasRoom(for: 1, of: one))
        let third = FairBudget.Lease(of: budget, for: Self.source(2, 0))
        let fourth = FairBudget.Lease(of: budget, for: Self.source(3, 0))
        let (a, b) = (third.hold(1), third.hold(2))
        #expect(a && !b)
        let (c, d) = (fourth.hold(1), last.hold(3))
        #expect(c && !d)
        let fifth = FairBudget.Lease(of: budget, for: Self.source(4, 0))
        let e = fifth.hold(1)
        #expect(e && budget.taken == 10)
        withExtendedLifetime([lease, last, third, fourth, fifth]) {}
    }

    @Test("A lower limit at present holds for all sources together")
    func presentLimit() {
        let budget = FairBudget(limit: 100, limitPerSource: 100)
        let leases = (0..<3).map { FairBudget.Lease(of: budget, for: Self.source(UInt64($0), 0)) }
        let held = leases.map { $0.hold(1, within: 2) }
        #expect(held == [true, true, false])
    }
}

@Suite("Answers that clients don't receive")
struct UntakenAnswerTests {
    // **Feature: rovierr-platform-foundation, Property 23: a source's untaken answers cost no other source its own**
    @Test(
        "The source with the most untaken bytes loses answers first, the oldest of them first",
        arguments: Seed.batch(100)
    )
    func surplus(seed: Seed) {
        var random = seed.generator
        let start = NIODeadline.now()
        let answers = (0..<60).map { _ in
            UntakenAnswer(
                source: RateKey(address: IPAddress(high: UInt64.random(in: 1...4, using: &random) << 16, low: 0)),
                bytes: .random(in: 1...1_000, using: &random),
                since: start + .milliseconds(.random(in: 0...10_000, using: &random))
            )
        }
        let limit = Int.random(in: 0...40_000, using: &random)
        let surplus = UntakenAnswer.surplus(of: answers, over: limit)
        let kept = answers.indices.filter { !surplus.contains($0) }
        func bytes(_ indices: [Int], of source: RateKey? = nil) -> Int {
            indices.filter { source == nil || answers[$0].source == source }.reduce(0) { $0 + answers[$1].bytes }
        }
        #expect(bytes(kept) <= limit, "\(seed)")
        guard let last = surplus.last else { return }
        #expect(bytes(kept + [last]) > limit, "\(seed)")
        for (position, index) in surplus.enumerated() {
            let present = kept + surplus[position...]
            let source = answers[index].source
            let most = Set(answers.map(\.source)).map { bytes(present, of: $0) }.max()
            let since = present.filter { answers[$0].source == source }.map { answers[$0].since }.min()
            #expect(bytes(present, of: source) == most && answers[index].since == since, "\(seed)")
        }
    }
}
