import Contracts
import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    @Suite("Crashes")
    struct CrashTests {
        /// A daemon and the moment at which it is killed.
        struct Crash: Sendable, CustomTestStringConvertible {
            let service: Service
            let seed: Seed
            var testDescription: String { "\(service.name) \(seed)" }

            /// Three moments for every daemon.
            static let all = Service.allCases.flatMap { service in
                Seed.batch(3).map { Crash(service: service, seed: $0) }
            }
        }

        @Test("kill -9 of a daemon at any moment of the main job loses and doubles nothing", arguments: Crash.all)
        func crash(_ crash: Crash) async throws {
            let system = try await TestSystem.shared()
            try await system.waitUntilHealthy()
            var random = crash.seed.generator
            let delay = Duration.milliseconds(Int.random(in: 0..<600, using: &random))
            let president = try await system.signIn(system.president)
            async let killed: Void = {
                await wait(delay)
                try await system.crash(crash.service.name)
            }()
            let job = try await PersistentJob(system: system, president: president).run()
            try await killed
            try await PersistentJob.check([job], system, president)
        }
    }
}
