import Loops
import TestKit
import Testing

@testable import ServiceKit

@Suite("A daemon's loop", .timeLimit(.minutes(10)))
struct LoopTests {
    @Test("Long turns show among a daemon's figures")
    func longTurns() async throws {
        let loop = Loop(name: "lab", logger: .silent)
        let metrics = Metrics()
        metrics.follow(loop)
        #expect(metrics.text().contains("\nrovierr_loop_long_turns_total 0"))
        await Task(executorPreference: loop) {
            let end = ContinuousClock.now + .milliseconds(20)
            while ContinuousClock.now < end {}
        }.value
        try await until { metrics.text().contains("\nrovierr_loop_long_turns_total 1") ? true : nil }
    }

    @Test("What a request computes runs beside the loop, and the request goes on there")
    func computing() async throws {
        let loop = Loop(name: "lab", logger: .silent)
        let context = RequestContext(requestID: "t", caller: "gateway", clientAddress: "::1", logger: .silent)
        let places = try await Task(executorPreference: loop) {
            let during = try await context.computing { _ in loop.isCurrent }
            return [during, loop.isCurrent]
        }.value
        #expect(places == [false, true])
    }
}
