import Contracts
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
        let neighbours = Neighbours()
        let handle: @Sendable (MeshRequest) async throws -> MeshReply = { try neighbours.handle($0) }
        try await withNeighbours(of: "auth", ["academic": handle, "id-parser": handle]) { caller in
            try await withDatabase(testDatabase.configuration(for: "auth")) { database in
                let settings = AuthSettings(testing: environment)
                let clock = TestClock()
                let auth = TestAuth(
                    testDatabase: testDatabase,
                    database: ServiceDatabase(database),
                    caller: caller,
                    neighbours: neighbours,
                    settings: settings,
                    keys: try await SigningKeys(
                        database: database,
                        settings: settings,
                        logger: .silent,
                        now: clock.now
                    ),
                    hasher: PasswordHasher(threads: 2, maximumWaiting: 1_000),
                    clock: clock
                )
                try await body(auth)
            }
        }
    }
}

extension AuthSettings {
    /// The defaults, with a key, and with what a test wants otherwise.
    init(testing environment: [String: String] = [:]) {
        let key = ["AUTH_KEY_ENCRYPTION_KEY": String(repeating: "5a", count: 32)]
        self.init(Settings(environment: key.merging(environment) { _, new in new }))
    }
}
