import Contracts
import Foundation
import Synchronization
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// Two replicas of everything, under load all the while.
    @Suite("Faults")
    struct FaultTests {
        @Test("Every replica is restarted in turn, and no request fails")
        func rollingRestart() async throws {
            let system = try await TestSystem.replicated()
            try await underLoad(system) {
                for daemon in system.topology.daemons {
                    try await system.stop(daemon.name)
                    try await system.start(daemon.name)
                    try await system.waitUntilReady(daemon.name)
                    try await system.waitUntilHealthy()
                }
            }
        }

        @Test(
            "A replica of every service is killed and held still: nothing is lost or doubled, and nobody sees an error"
        )
        func faults() async throws {
            let system = try await TestSystem.replicated()
            try await underLoad(system) {
                for service in Service.allCases {
                    let name = try #require(system.topology.replicas(of: service).last?.name)
                    try await system.crash(name)
                    try await until { system.pid(of: name) == nil ? nil : true }
                    try await system.waitUntilReady(name)
                    try await system.pause(name, for: .seconds(10))
                    try await system.waitUntilHealthy()
                }
            }
        }

        private final class Flag: Sendable {
            let isSet = Atomic<Bool>(false)
        }

        /// Runs main jobs one after another until the faults are over, and looks at what has become of each.
        private func underLoad(_ system: TestSystem, _ faults: () async throws -> Void) async throws {
            let president = try await system.signIn(system.president)
            let isOver = Flag()
            let workers = (0..<2).map { _ in
                Task {
                    var outcomes: [PersistentJob.Outcome] = []
                    while !isOver.isSet.load(ordering: .acquiring) {
                        let job = PersistentJob(system: system, president: president, isPatient: false)
                        outcomes.append(try await job.run())
                    }
                    #expect(!outcomes.isEmpty)
                    try await PersistentJob.check(outcomes, system, president)
                }
            }
            let result: Result<Void, any Error>
            do { result = .success(try await faults()) } catch { result = .failure(error) }
            isOver.isSet.store(true, ordering: .releasing)
            for worker in workers { try await worker.value }
            try result.get()
        }
    }
}
