import Foundation
import Postgres
import TestKit

@testable import Operator

/// Harms a system at random, as a seed decides, and prints how.
final class RandomFaults {
    private enum Kind: CaseIterable {
        case killReplica, freezeReplica, killNginx, restartPostgres, killPostgres, lockTable, stopRedis, freezeRedis
        case losePower
    }

    /// The system, which is another one after a power loss.
    private(set) var system: TestSystem
    private let redis: RedisServer
    private let seed: Seed
    private var random: SeededGenerator
    /// The kinds that come next, so that a short run has most of them.
    private var upcoming: [Kind] = []
    private let start = ContinuousClock.now

    init(_ system: TestSystem, redis: RedisServer, seed: Seed) {
        self.system = system
        self.redis = redis
        self.seed = seed
        random = seed.generator
    }

    /// Does harm after a random time, and waits until the system is healthy again.
    func next() async throws {
        if upcoming.isEmpty { upcoming = Kind.allCases.shuffled(using: &random) }
        let kind = upcoming.removeLast()
        await wait(.milliseconds(Int.random(in: 0..<2_000, using: &random)))
        try await harm(kind)
        try await system.waitUntilHealthy(within: .seconds(120))
    }

    private func harm(_ kind: Kind) async throws {
        switch kind {
        case .killReplica:
            let name = replica()
            tell("kills \(name)")
            try await system.crash(name)
        case .freezeReplica:
            let (name, time) = (replica(), seconds(upTo: 10))
            tell("freezes \(name) for \(time)")
            try await system.pause(name, for: time)
        case .killNginx: try await end("nginx", with: SIGKILL)
        case .restartPostgres: try await end("postgres", with: SIGINT)
        case .killPostgres: try await end("postgres", with: SIGKILL)
        case .lockTable: try await lockTable(for: seconds(upTo: 8))
        case .stopRedis:
            let time = seconds(upTo: 6)
            tell("stops Redis for \(time)")
            redis.stop()
            await wait(time)
            try await redis.start()
        case .freezeRedis:
            let time = seconds(upTo: 6)
            tell("freezes Redis for \(time)")
            redis.pause()
            await wait(time)
            redis.resume()
        case .losePower:
            tell("loses power")
            try await system.losePower()
            system = try await system.startAgain()
        }
    }

    private func replica() -> String { system.topology.daemons.randomElement(using: &random)?.name ?? "" }

    private func seconds(upTo most: Int) -> Duration { .seconds(Int.random(in: 1...most, using: &random)) }

    /// Ends a server, which its supervisor then restarts.
    private func end(_ name: String, with signal: Int32) async throws {
        tell("sends signal \(signal) to \(name)")
        let file = system.home.pidFile(of: name)
        let process = try await until { ProcessIdentity(file: file) }
        process.signal(signal)
        try await until(.seconds(60)) { () -> Bool? in
            guard let present = ProcessIdentity(file: file), present != process else { return nil }
            return true
        }
    }

    private func lockTable(for time: Duration) async throws {
        let service = Service.withDatabase.compactMap(\.role).randomElement(using: &random) ?? ""
        try await system.withDatabase(of: "\(service)_owner") { database in
            let tables = try await TestSystem.tables(of: service, in: database)
            guard let table = tables.randomElement(using: &random) else { return }
            tell("locks \(service).\(table) for \(time)")
            do {
                try await database.transaction(scope: .none) { transaction in
                    try await transaction.execute("LOCK TABLE \(raw: service).\(raw: table) IN ACCESS EXCLUSIVE MODE")
                    await wait(time)
                }
            } catch let error as PostgresError {
                tell("could not lock it: \(error)")
            }
        }
    }

    private func tell(_ text: String) { print("\(seed) after \(ContinuousClock.now - start): \(text)") }
}
