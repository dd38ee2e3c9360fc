import Clocks
import TestKit
import Testing

@Suite("The time of day") struct SteadyTimeTests {
    private static let start: Int64 = 1_800_000_000_000_000_000

    // **Feature: rovierr-platform-foundation, Property 29: A clock that is set and set back changes no time**
    @Test("A clock that steps by up to an hour and is set back in time changes nothing", arguments: Seed.batch(100))
    func steps(seed: Seed) {
        var random = seed.generator
        let began = ContinuousClock.now
        var time = SteadyTime(system: Self.start, now: began)
        var elapsed: Int64 = 0
        for _ in 0..<20 {
            let step = Int64.random(in: -3_600...3_600, using: &random)
            // It is never wrong for ten seconds.
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                elapsed += Int64.random(in: 1...2, using: &random)
                let read = time.nanoseconds(system: Self.at(elapsed + step), now: began + .seconds(elapsed))
                // What is within the tolerance is followed at once.
                #expect(abs(read - Self.at(elapsed)) <= 30_000_000_000, "\(seed)")
            }
            elapsed += 1
            _ = time.nanoseconds(system: Self.at(elapsed), now: began + .seconds(elapsed))
        }
    }

    @Test(
        "A clock that was set and stays so is followed after ten seconds, and both moments are reported once",
        arguments: [-3_600, -31, 31, 3_600] as [Int64]
    )
    func lastingSteps(step: Int64) {
        let began = ContinuousClock.now
        var time = SteadyTime(system: Self.start, now: began)
        for second in Int64(1)..<11 {
            #expect(time.nanoseconds(system: Self.at(second + step), now: began + .seconds(second)) == Self.at(second))
            #expect(time.isInDoubt)
            let seen = ClockStep(size: .seconds(step), isFollowed: false)
            #expect(time.takeStep() == (second == 1 ? seen : nil))
        }
        let followed = time.nanoseconds(system: Self.at(11 + step), now: began + .seconds(11))
        #expect(followed == Self.at(11 + step))
        #expect(!time.isInDoubt)
        #expect(time.takeStep() == ClockStep(size: .seconds(step), isFollowed: true))
        #expect(time.takeStep() == nil)
    }

    @Test("A clock that runs a little fast or slow is followed")
    func drift() {
        let began = ContinuousClock.now
        var time = SteadyTime(system: Self.start, now: began)
        for hour in Int64(1)...100 {
            let system = Self.at(hour * 3_601)
            #expect(time.nanoseconds(system: system, now: began + .seconds(hour * 3_600)) == system)
        }
    }

    private static func at(_ seconds: Int64) -> Int64 { start + seconds * 1_000_000_000 }
}
