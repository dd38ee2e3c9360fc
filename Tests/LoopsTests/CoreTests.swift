import TestKit
import Testing

@testable import Loops

@Suite("Time of a loop, without a thread")
struct CoreTests {
    // **Feature: rovierr-platform-foundation, Property 31: What is due runs once, at the earliest of its moments**
    @Test("Everything is due at the earliest of its moments, once, and in order", arguments: Seed.batch(100))
    func moments(seed: Seed) {
        var random = seed.generator
        var timetable = Timetable()
        var model: [UInt64: Int] = [:]
        let start = ContinuousClock.now
        var now = 0
        for _ in 0..<200 {
            let token = UInt64.random(in: 0..<6, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let moment = now + Int.random(in: 0..<50, using: &random)
                let isFirst = timetable.set(token, at: start + .milliseconds(moment))
                #expect(isFirst == model.values.allSatisfy { moment < $0 }, "\(seed)")
                model[token] = min(moment, model[token] ?? moment)
            case 2:
                timetable.remove(token)
                model[token] = nil
            default:
                now += Int.random(in: 0..<40, using: &random)
                let due = model.filter { $0.value <= now }
                let taken = timetable.takeDue(start + .milliseconds(now))
                #expect(taken.sorted() == due.keys.sorted(), "\(seed)")
                #expect(taken.compactMap { due[$0] } == due.values.sorted(), "\(seed)")
                for token in taken { model[token] = nil }
            }
            #expect(timetable.next == model.values.min().map { start + .milliseconds($0) }, "\(seed)")
        }
    }

    // **Feature: rovierr-platform-foundation, Property 32: Long turns are counted, and logged with their longest part**
    @Test(
        "All long turns are counted, and logged at most once in ten seconds, with the part that took longest",
        arguments: Seed.batch(100)
    )
    func turns(seed: Seed) {
        var random = seed.generator
        var now = ContinuousClock.now
        var meter = TurnMeter(now)
        var figures = LoopFigures()
        var unlogged = 0
        var logged: ContinuousClock.Instant?
        for _ in 0..<100 {
            now += .milliseconds(Int.random(in: 0..<2_000, using: &random))
            meter.begin(now)
            var parts: [Duration] = []
            for index in 0..<Int.random(in: 1...4, using: &random) {
                parts.append(.microseconds(Int.random(in: 1..<6_000, using: &random)))
                now += parts[index]
                let time = meter.lap("\(index)", now)
                #expect(time == parts[index], "\(seed)")
            }
            let time = parts.reduce(.zero, +)
            let long = meter.end(now)
            figures.turns += 1
            figures.busy += time
            guard time > TurnMeter.limit else {
                #expect(long == nil, "\(seed)")
                continue
            }
            figures.longTurns += 1
            if let logged, now < logged + TurnMeter.quiet {
                unlogged += 1
                #expect(long == nil, "\(seed)")
                continue
            }
            let longestTime = parts.max() ?? .zero
            let longest = parts.firstIndex(of: longestTime) ?? 0
            #expect(
                long
                    == LongTurn(time: time, longest: "\(longest)", longestTime: longestTime, unlogged: unlogged),
                "\(seed)"
            )
            (unlogged, logged) = (0, now)
        }
        #expect(meter.figures == figures, "\(seed)")
    }
}
