import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Power loss")
    struct PowerLossTests {
        @Test(
            "All processes are killed at once under load: the system starts again by itself and has lost nothing",
            arguments: Seed.batch(1)
        )
        func powerLoss(seed: Seed) async throws {
            var random = seed.generator
            let first = try await TestSystem()
            var system = first
            defer { system.end() }
            try await first.underLoad(patience: .seconds(180)) {
                for _ in 1...3 {
                    await wait(.milliseconds(Int.random(in: 0..<2_000, using: &random)))
                    try await system.losePower()
                    system = try await system.startAgain()
                    try await system.waitUntilHealthy()
                }
            }
            try await system.waitUntilEventsAreTaken()
        }
    }
}
