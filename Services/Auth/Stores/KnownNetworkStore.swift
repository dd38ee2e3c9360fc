import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// Every statement on the `known_networks` table: the networks from which an account's owner has signed in.
struct KnownNetworkStore {
    /// The number of networks kept per account, most recently used first.
    static let limit = 32

    let sql: any SQLExecutor

    /// Tells whether the owner has signed in from the network before; `false` without an account.
    func contains(_ network: String, of user: UserID?) async throws -> Bool {
        try await sql.first("SELECT FROM known_networks WHERE user_id = \(user) AND network = \(network)") != nil
    }

    /// Stores a network; the caller holds the account's lock.
    func insert(_ network: String, of user: User, at now: Timestamp) async throws {
        try await sql.execute(
            """
            INSERT INTO known_networks (user_id, network, tenant_id, used_at)
            VALUES (\(user.id), \(network), \(user.tenantId), \(now))
            ON CONFLICT (user_id, network) DO UPDATE SET used_at = excluded.used_at
            """
        )
        try await sql.execute(
            """
            DELETE FROM known_networks WHERE user_id = \(user.id) AND network IN (
                SELECT network FROM known_networks WHERE user_id = \(user.id)
                ORDER BY used_at DESC, network OFFSET \(Self.limit)
            )
            """
        )
    }

    /// Forgets all networks of a person.
    func erase(_ user: UserID) async throws {
        try await sql.execute("DELETE FROM known_networks WHERE user_id = \(user)")
    }
}
