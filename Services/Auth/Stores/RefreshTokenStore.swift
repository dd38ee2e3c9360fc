import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// A refresh token as stored, with its session and its user.
struct StoredRefreshToken: PostgresRowDecodable {
    let session: SessionID
    let isSessionOver: Bool
    let sessionBegan: Timestamp
    let sessionExpiresAt: Timestamp
    let spentAt: Timestamp?
    let sealedSuccessor: [UInt8]?
    let isSuccessorSpent: Bool
    let user: User

    init(row: PostgresRow) throws {
        session = try row["session_id"]
        isSessionOver = try row["is_over"]
        sessionBegan = try row["began_at"]
        sessionExpiresAt = try row["expires_at"]
        spentAt = try row["spent_at"]
        sealedSuccessor = try row["sealed_successor"]
        isSuccessorSpent = try row["is_successor_spent"]
        user = try User(row: row)
    }
}

/// Every statement that names the `refresh_tokens` table first.
struct RefreshTokenStore {
    let sql: any SQLExecutor

    func insert(_ secret: RefreshSecret, in session: SessionID, tenant: UniversityID?) async throws {
        try await sql.execute(
            "INSERT INTO refresh_tokens (hash, tenant_id, session_id) VALUES (\(secret.hash), \(tenant), \(session))"
        )
    }

    /// Keeps every other refresh of a token's session waiting; its row must be read after this, not with it, to see what
    /// the one before has done.
    ///
    /// - Returns: Whether there is such a token.
    func lockSession(of secret: RefreshSecret) async throws -> Bool {
        try await sql.first(
            """
            SELECT FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = \(secret.hash))
            FOR NO KEY UPDATE
            """
        ) != nil
    }

    func find(_ secret: RefreshSecret) async throws -> StoredRefreshToken? {
        try await sql.first(
            """
            SELECT token.session_id, token.spent_at, token.sealed_successor, sessions.expires_at,
                sessions.created_at AS began_at, sessions.revoked_at IS NOT NULL AS is_over,
                EXISTS (SELECT FROM refresh_tokens AS next WHERE next.hash = token.successor AND next.spent_at IS NOT NULL)
                    AS is_successor_spent,
                \(raw: User.columns)
            FROM refresh_tokens AS token
            JOIN sessions ON sessions.id = token.session_id
            JOIN users ON users.id = sessions.user_id AND users.deleted_at IS NULL
            WHERE token.hash = \(secret.hash)
            """,
            as: StoredRefreshToken.self
        )
    }

    /// Deletes a session's spent tokens except the last `count`.
    ///
    /// A client that refreshes every 15 minutes for a month leaves fewer; only a client that refreshes endlessly leaves
    /// more.
    func removeSpent(of session: SessionID, beyond count: Int) async throws {
        try await sql.execute(
            """
            DELETE FROM refresh_tokens WHERE hash IN (
                SELECT hash FROM refresh_tokens WHERE session_id = \(session) AND spent_at IS NOT NULL
                ORDER BY spent_at DESC, hash OFFSET \(count)
            )
            """
        )
    }

    /// Spends a token and puts its successor in its place.
    func replace(
        _ secret: RefreshSecret,
        by successor: RefreshSecret,
        of token: StoredRefreshToken,
        at now: Timestamp
    )
        async throws
    {
        try await sql.execute(
            """
            UPDATE refresh_tokens SET spent_at = \(now), successor = \(successor.hash),
                sealed_successor = \(try secret.seal(successor))
            WHERE hash = \(secret.hash)
            """
        )
        try await insert(successor, in: token.session, tenant: token.user.tenantId)
    }
}
