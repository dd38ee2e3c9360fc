import Foundation
import TestKit
import Testing

@testable import Operator

extension EndToEnd {
    /// Two replicas of everything, with Redis, under load all the while.
    @Suite("Random faults")
    struct RandomFaultTests {
        /// Rows that a job may add to one table: sessions of several sign-ins, events, idempotency records.
        private static let rowsPerJob = 40
        /// Rows that come without any job, such as the sessions of a restart.
        private static let rowsWithoutJobs = 200

        @Test(
            "Random faults lose and double no acknowledged write and no notice, and leave nothing stuck",
            arguments: Seed.batch(1)
        )
        func randomFaults(seed: Seed) async throws {
            print("\(seed), \(faultMinutes) minutes")
            try await withTemporaryFolder { folder in
                let redis = try await RedisServer(folder: folder)
                let system = try await TestSystem(["REDIS_URL": redis.url], replicas: 2)
                let faults = RandomFaults(system, redis: redis, seed: seed)
                defer { faults.system.end() }
                let end = ContinuousClock.now + .seconds(60 * faultMinutes)
                repeat {
                    try await check(faults, until: min(end, ContinuousClock.now + .seconds(60)))
                } while ContinuousClock.now < end
            }
        }

        /// Does harm for a while, then checks what has become of everything.
        private func check(_ faults: RandomFaults, until end: ContinuousClock.Instant) async throws {
            let before = try await faults.system.rowCounts()
            let jobs = try await faults.system.underLoad(patience: .seconds(180)) {
                repeat { try await faults.next() } while ContinuousClock.now < end
            }
            try await faults.system.waitUntilEventsAreTaken()
            let most = Self.rowsWithoutJobs + Self.rowsPerJob * jobs
            for (table, count) in try await faults.system.rowCounts() {
                let added = count - before[table, default: 0]
                #expect(added <= most, "\(table) has grown by \(added) rows in \(jobs) jobs")
            }
        }
    }
}
