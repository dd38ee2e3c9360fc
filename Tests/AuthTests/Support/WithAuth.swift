import Contracts
import Foundation
import Mesh
import Passwords
import Postgres
import ServiceKit
import TestKit

@testable import Auth

/// Runs a test with an auth service of its own.
func withAuth(
    environment: [String: String] = [:],
    _ body: (TestAuth) async throws -> Void
) async throws {
    try await withTestDatabase(services: [TestAuth.service]) { testDatabase in
        let folder = FileManager.default.temporaryDirectory.appending(path: "auth-\(UInt32.random(in: 0 ... .max))")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // the system clears its temporary folder anyway
        let meshKeys = try MeshKeys(primary: (0..<32).map { _ in .random(in: .min ... .max) })
        let neighbours = Neighbours()
        let peers = ["academic", "id-parser"]
        let addresses = try peers.map { try MeshAddress(parsing: "ipc://\(folder)/\($0)") }
        let servers = try zip(peers, addresses).map { name, address in
            try MeshServer(
                configuration: MeshConfiguration(service: name, requestAddress: address, keys: meshKeys),
                logger: .silent
            ) { try neighbours.handle($0) }
        }
        for server in servers { try server.start() }
        let client = try MeshClient(
            configuration: MeshConfiguration(
                service: "auth",
                peers: Dictionary(uniqueKeysWithValues: zip(peers, addresses.map { MeshPeer(requests: [$0]) })),
                keys: meshKeys
            ),
            logger: .silent
        )
        try await withDatabase(testDatabase.configuration(for: "auth")) { database in
            let settings = AuthSettings(testing: environment)
            let clock = TestClock()
            let auth = TestAuth(
                testDatabase: testDatabase,
                database: ServiceDatabase(database),
                caller: ServiceCaller(client: client),
                neighbours: neighbours,
                settings: settings,
                keys: try await SigningKeys(database: database, settings: settings, logger: .silent, now: clock.now),
                hasher: PasswordHasher(threads: 2, maximumWaiting: 1_000),
                clock: clock
            )
            try await body(auth)
        }
        await client.close(drainingFor: .zero)
        for server in servers { await server.drain(for: .zero) }
    }
}

/// Hands a database to `body` and closes it afterwards.
func withDatabase<Value>(
    _ configuration: PostgresConfiguration,
    _ body: (Database) async throws -> Value
) async throws -> Value {
    let database = Database(configuration: configuration, logger: .silent)
    do {
        let value = try await body(database)
        await database.close()
        return value
    } catch {
        await database.close()
        throw error
    }
}

extension AuthSettings {
    /// The defaults, with a key, and with what a test wants otherwise.
    init(testing environment: [String: String] = [:]) {
        let key = ["AUTH_KEY_ENCRYPTION_KEY": String(repeating: "5a", count: 32)]
        self.init(Settings(environment: key.merging(environment) { _, new in new }))
    }
}
