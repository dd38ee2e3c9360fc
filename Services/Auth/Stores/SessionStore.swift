import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// Where a session is used from.
struct SessionOrigin {
    /// Longer ones are cut: they are shown to people, and compared with nothing.
    private static let maximumUserAgentLength = 400

    let address: String?
    let userAgent: String?

    init(_ context: RequestContext) {
        address = context.clientAddress.isEmpty ? nil : context.clientAddress
        userAgent = context.userAgent.map { text in
            String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.maximumUserAgentLength)))
        }
    }
}

/// Every statement that names the `sessions` table first.
struct SessionStore {
    let sql: any SQLExecutor

    func insert(
        _ id: SessionID,
        of user: User,
        from origin: SessionOrigin,
        at now: Timestamp,
        until end: Timestamp
    )
        async throws
    {
        try await sql.execute(
            """
            INSERT INTO sessions (id, tenant_id, user_id, ip_address, user_agent, created_at, last_used_at, expires_at)
            VALUES (\(id), \(user.tenantId), \(user.id), \(origin.address), \(origin.userAgent), \(now), \(now), \(end))
            """
        )
    }

    func page(
        _ request: ListSessions,
        of user: UserID,
        current: SessionID?,
        at now: Timestamp
    ) async throws -> Page<Session> {
        let sort = request.sort ?? Sort(.lastUsedAt, descending: true)
        let keyset = try Keyset(sort.field.column, as: .time, descending: sort.isDescending, page: request.page)
        let matching: SQL = "FROM sessions WHERE user_id = \(user) AND revoked_at IS NULL AND expires_at > \(now)"
        let columns = "id, created_at, last_used_at, ip_address, user_agent"
        return try await keyset.read(columns, matching, from: sql) { (stored: StoredSession) in
            stored.session(current: current)
        }
    }

    /// Records a session's refresh.
    ///
    /// - Returns: The number of refreshes so far.
    func touch(_ id: SessionID, from origin: SessionOrigin, at now: Timestamp, until end: Timestamp) async throws -> Int
    {
        try await sql.one(
            """
            UPDATE sessions SET last_used_at = \(now), expires_at = \(end), ip_address = \(origin.address),
                user_agent = \(origin.userAgent), refreshes = refreshes + 1
            WHERE id = \(id) RETURNING refreshes::bigint
            """
        )[0]
    }

    /// Returns the user's live sessions except the most recently used ones; the caller holds the account's lock.
    func oldest(of user: UserID, beyond count: Int, at now: Timestamp) async throws -> [SessionID] {
        try await sql.query(
            """
            SELECT id FROM sessions WHERE user_id = \(user) AND revoked_at IS NULL AND expires_at > \(now)
            ORDER BY last_used_at DESC, id OFFSET \(count)
            """
        ).map { try $0["id"] }
    }

    /// Whether it is a session of that user, and goes on.
    func isLive(_ id: SessionID?, of user: UserID, at now: Timestamp) async throws -> Bool {
        try await sql.first(
            """
            SELECT FROM sessions WHERE id = \(id) AND user_id = \(user) AND revoked_at IS NULL AND expires_at > \(now)
            """
        ) != nil
    }

    /// Returns the start of a live session; `nil` if there is none.
    ///
    /// The row stays locked until the transaction ends, so nothing else revokes it before.
    func beginning(of id: SessionID, _ user: UserID) async throws -> Timestamp? {
        try await sql.first(
            "SELECT created_at FROM sessions WHERE id = \(id) AND user_id = \(user) AND revoked_at IS NULL FOR UPDATE"
        ).map { try $0["created_at"] }
    }

    /// Ends one session of a user, or all, and answers with those that had not ended before.
    func end(_ id: SessionID? = nil, of user: UserID) async throws -> [SessionID] {
        try await sql.query(
            """
            UPDATE sessions SET revoked_at = clock_timestamp(), revoked_in = pg_current_xact_id()::text::bigint
            FROM (
                SELECT id FROM sessions
                WHERE user_id = \(user) AND (\(id)::uuid IS NULL OR id = \(id)) AND revoked_at IS NULL
                ORDER BY id FOR NO KEY UPDATE  -- in one order for all, so that two who end the same sessions cannot deadlock
            ) AS live
            WHERE sessions.id = live.id
            RETURNING sessions.id
            """
        ).map { try $0["id"] }
    }

    /// The sessions that ended lately and that no earlier answer can have held.
    ///
    /// A transaction that was open when the earlier answer was made has a number of at least that answer's position, so
    /// counting from there misses none; some are told twice. A position from before a restore of the database, where
    /// numbers may have gone back, counts as none. Nobody has to hear of a session that ended longer ago than `period`, when
    /// its last access token has expired.
    ///
    /// Pages are ordered by session id. A revocation that commits between two pages is returned by the next poll, which
    /// starts at the first page's position.
    ///
    /// - Parameters:
    ///   - position: The position of an earlier answer; `nil` for all recent revocations.
    ///   - period: The age up to which a revocation is recent.
    ///   - last: The last session of the previous page; `nil` for the first page.
    ///   - limit: The maximum number of sessions in a page.
    /// - Returns: The page.
    /// - Throws: `PostgresError`.
    func ended(
        since position: Int64?,
        within period: Duration,
        after last: SessionID?,
        limit: Int
    ) async throws -> Revocations {
        let rows = try await sql.query(
            """
            SELECT pg_snapshot_xmin(snapshot)::text::bigint AS position, ended.id, ended.revoked_at
            FROM pg_current_snapshot() AS snapshot
            LEFT JOIN (
                SELECT id, revoked_at, revoked_in FROM sessions WHERE revoked_at IS NOT NULL
                UNION ALL
                SELECT id, revoked_at, revoked_in FROM api_keys WHERE revoked_at IS NOT NULL
                UNION ALL
                SELECT id, expires_at, expired_in FROM api_keys WHERE expired_in IS NOT NULL AND revoked_at IS NULL
            ) AS ended
                ON ended.revoked_at > now() - make_interval(secs => \(Double(period.components.seconds)))
                AND (ended.revoked_in >= \(position ?? 0)
                    OR \(position ?? 0) > pg_snapshot_xmax(snapshot)::text::bigint)
                AND (\(last)::uuid IS NULL OR ended.id > \(last))
            ORDER BY ended.id LIMIT \(limit)
            """
        )
        let revocations = try rows.readable { row -> Revocation? in
            guard let id: SessionID = try row["id"] else { return nil }
            return Revocation(sessionId: id, revokedAt: try row["revoked_at"])
        }.compactMap(\.self)
        guard let first = rows.first, let end = rows.last else { return Revocations(position: 0, revocations: []) }
        var next: SessionID?
        if rows.count == limit { next = try end["id"] }  // null in the one row without a session
        return Revocations(position: try first["position"], revocations: revocations, next: next)
    }
}

/// A session as stored, without the flag of the current session.
private struct StoredSession: PostgresRowDecodable {
    let id: SessionID
    let createdAt: Timestamp
    let lastUsedAt: Timestamp
    let ipAddress: String?
    let userAgent: String?

    init(row: PostgresRow) throws {
        id = try row["id"]
        createdAt = try row["created_at"]
        lastUsedAt = try row["last_used_at"]
        ipAddress = try row["ip_address"]
        userAgent = try row["user_agent"]
    }

    func session(current: SessionID?) -> Session {
        Session(
            id: id,
            createdAt: createdAt,
            lastUsedAt: lastUsedAt,
            ipAddress: ipAddress,
            userAgent: userAgent,
            current: id == current
        )
    }
}

extension ListSessions.SortField {
    fileprivate var column: String {
        switch self {
        case .createdAt: "created_at"
        case .lastUsedAt: "last_used_at"
        }
    }
}

extension ServiceTransaction {
    /// Ends one session of a user, or all, and says so to whoever holds connections or tokens of theirs.
    ///
    /// The answer is whether there was any.
    @discardableResult
    func endSessions(_ id: SessionID? = nil, of user: UserID, tenant: UniversityID?) async throws -> Bool {
        let ended = try await SessionStore(sql: self).end(id, of: user)
        try await emit(ended.map { SessionRevoked(sessionId: $0, userId: user) }, tenant: tenant)
        return !ended.isEmpty
    }
}
