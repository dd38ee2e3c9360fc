import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// All records on people that the service keeps, without secrets and what only counts attempts.
let personalDataLists = [
    PersonalDataList("accounts", by: "id", record: User.init(row:)) { user in
        "SELECT \(raw: User.columns) FROM users WHERE id = \(user) AND deleted_at IS NULL"
    },
    PersonalDataList("profiles", by: "revision", record: { try Profile($0) }) { user in
        "SELECT fields, student_id_verified, revision, updated_at FROM profiles WHERE user_id = \(user)"
    },
    PersonalDataList("sessions", by: "created_at DESC, id DESC", record: { try Session($0) }) { user in
        """
        SELECT id, created_at, last_used_at, ip_address, user_agent FROM sessions
        WHERE user_id = \(user) AND revoked_at IS NULL
        """
    },
    PersonalDataList("apiKeys", by: "created_at DESC, id DESC", record: APIKey.init(row:)) { user in
        "SELECT \(raw: APIKeyStore.columns) FROM api_keys WHERE user_id = \(user) AND revoked_at IS NULL"
    },
    PersonalDataList("knownNetworks", by: "used_at DESC, network", record: { try HeldNetwork($0) }) { user in
        "SELECT network, used_at FROM known_networks WHERE user_id = \(user)"
    },
]

extension Session {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            createdAt: try row["created_at"],
            lastUsedAt: try row["last_used_at"],
            ipAddress: try row["ip_address"],
            userAgent: try row["user_agent"],
            current: false
        )
    }
}

/// A network from which the account's owner has signed in.
private struct HeldNetwork: ContractObject {
    let network: String
    let usedAt: Timestamp

    init(_ row: PostgresRow) throws {
        network = try row["network"]
        usedAt = try row["used_at"]
    }
}
