public import AuthContracts
import Contracts
public import Postgres
import ServiceKit

/// Every statement that names the `api_keys` table first.
struct APIKeyStore {
    /// How exact `last_used_at` is; the gateway asks no more often.
    private static let useResolution = Duration.seconds(60)
    /// The time from creation for which a key counts even if it has ended; its row is kept longer.
    private static let countedTime = Duration.seconds(3_600)
    static let columns = "id, name, prefix, scopes, expires_at, last_used_at, created_at"

    let sql: any SQLExecutor

    func insert(
        _ secret: APIKeySecret,
        _ request: CreateAPIKey,
        of user: User,
        at now: Timestamp
    ) async throws -> APIKey {
        let scopes = request.scopes?.elements.map(\.text) ?? []
        return try await sql.one(
            """
            INSERT INTO api_keys (id, tenant_id, user_id, name, prefix, hash, scopes, created_at, expires_at)
            VALUES (\(APIKeyID()), \(user.tenantId), \(user.id), \(request.name), \(secret.prefix), \(secret.hash),
                \(scopes), \(now), \(request.expiresAt))
            RETURNING \(raw: Self.columns)
            """,
            as: APIKey.self
        )
    }

    /// Returns the number of a user's keys that are valid or were created within the last hour.
    func count(of user: UserID, at now: Timestamp) async throws -> Int {
        try await sql.one(
            """
            SELECT count(*)::int AS count FROM api_keys
            WHERE user_id = \(user) AND (
                created_at > \(now - Self.countedTime)
                OR revoked_at IS NULL AND (expires_at IS NULL OR expires_at > \(now))
            )
            """
        )["count"]
    }

    func page(_ request: ListAPIKeys, of user: UserID) async throws -> Page<APIKey> {
        let sort = request.sort ?? Sort(.createdAt, descending: true)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            descending: sort.isDescending,
            page: request.page
        )
        let matching: SQL = "FROM api_keys WHERE user_id = \(user) AND revoked_at IS NULL"
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// Returns the user's key unless it is revoked.
    func find(_ id: APIKeyID, of user: UserID) async throws -> APIKey? {
        try await sql.first(
            "SELECT \(raw: Self.columns) FROM api_keys WHERE id = \(id) AND user_id = \(user) AND revoked_at IS NULL",
            as: APIKey.self
        )
    }

    /// Whom a live key acts for; notes that it was used, once in a while.
    func use(hash: [UInt8], at now: Timestamp) async throws -> APIKeyHolder? {
        let row = try await sql.first(
            """
            SELECT api_keys.id AS key_id, api_keys.scopes, api_keys.expires_at AS key_expires_at,
                api_keys.last_used_at IS NULL OR api_keys.last_used_at < \(now - Self.useResolution) AS is_news,
                \(raw: User.columns)
            FROM api_keys JOIN users ON users.id = api_keys.user_id AND users.deleted_at IS NULL AND users.is_active
            WHERE hash = \(hash) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > \(now))
            """
        )
        guard let row else { return nil }
        let user = try User(row: row)
        let scopes: [String] = try row["scopes"]
        let permissions = user.role.scopes(within: scopes.compactMap { Permission($0) })
        let holder = APIKeyHolder(
            keyId: try row["key_id"],
            userId: user.id,
            tenantId: user.tenantId,
            role: user.role.limited(to: permissions),
            permissions: permissions,
            expiresAt: try row["key_expires_at"]
        )
        if try row["is_news"] {
            try await sql.execute("UPDATE api_keys SET last_used_at = \(now) WHERE id = \(holder.keyId)")
        }
        return holder
    }

    func exists(_ id: APIKeyID) async throws -> Bool {
        try await sql.first("SELECT FROM api_keys WHERE id = \(id)") != nil
    }

    /// Ends one key of a user, or all, and answers with those that had not ended before.
    func end(_ id: APIKeyID? = nil, of user: UserID) async throws -> [APIKeyID] {
        try await sql.query(
            """
            UPDATE api_keys SET revoked_at = clock_timestamp(), revoked_in = pg_current_xact_id()::text::bigint
            FROM (
                SELECT id FROM api_keys
                WHERE user_id = \(user) AND (\(id)::uuid IS NULL OR id = \(id)) AND revoked_at IS NULL
                ORDER BY id FOR NO KEY UPDATE  -- in one order for all, as with sessions
            ) AS live
            WHERE api_keys.id = live.id
            RETURNING api_keys.id
            """
        ).map { try $0["id"] }
    }

    /// Tells whether an expired key is still unannounced.
    func hasExpired(at now: Timestamp) async throws -> Bool {
        try await sql.first("SELECT FROM api_keys WHERE \(Self.isExpiring) AND expires_at <= \(now) LIMIT 1") != nil
    }

    /// Marks keys that have expired as announced.
    ///
    /// - Returns: A batch of those not yet announced; two replicas never get the same ones.
    func announceExpired(at now: Timestamp) async throws -> [ExpiredKey] {
        try await sql.all(
            """
            UPDATE api_keys SET expired_in = pg_current_xact_id()::text::bigint
            FROM (
                SELECT id FROM api_keys WHERE \(Self.isExpiring) AND expires_at <= \(now)
                ORDER BY expires_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
            ) AS due
            WHERE api_keys.id = due.id
            RETURNING api_keys.id, user_id, tenant_id
            """,
            as: ExpiredKey.self
        )
    }

    private static let isExpiring: SQL = "expires_at IS NOT NULL AND expired_in IS NULL AND revoked_at IS NULL"
}

/// An expired key to announce.
struct ExpiredKey: PostgresRowDecodable {
    let id: APIKeyID
    let user: UserID
    let tenant: UniversityID?

    init(row: PostgresRow) throws {
        id = try row["id"]
        user = try row["user_id"]
        tenant = try row["tenant_id"]
    }
}

extension ListAPIKeys.SortField {
    fileprivate var column: String {
        switch self {
        case .createdAt: "created_at"
        case .name: "name"
        }
    }

    fileprivate var key: Keyset.Key {
        switch self {
        case .createdAt: .time
        case .name: .text
        }
    }
}

extension APIKey: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        let scopes: [String] = try row["scopes"]
        self.init(
            id: try row["id"],
            name: try row["name"],
            prefix: try row["prefix"],
            scopes: scopes.compactMap { Permission($0) },
            expiresAt: try row["expires_at"],
            lastUsedAt: try row["last_used_at"],
            createdAt: try row["created_at"]
        )
    }
}

extension ServiceTransaction {
    /// Ends one key of a user, or all, and says so: to whoever checks tokens, a key is a session by its own id.
    ///
    /// The answer is whether there was any.
    @discardableResult
    func endAPIKeys(_ id: APIKeyID? = nil, of user: UserID, tenant: UniversityID?) async throws -> Bool {
        let ended = try await APIKeyStore(sql: self).end(id, of: user)
        try await emit(ended.map { SessionRevoked(sessionId: $0.cast(), userId: user) }, tenant: tenant)
        return !ended.isEmpty
    }
}
