import Contracts
public import NotifierContracts
public import Postgres
import ServiceKit

/// Every statement that names the `notifications` table.
///
/// Each names the person: an inbox has one reader.
struct NotificationStore {
    let sql: any SQLExecutor
    let user: UserID
    /// The maximum number of notifications kept per person; the oldest are deleted first.
    static let inboxSize: Int64 = 1_000

    func has(source: EventID) async throws -> Bool {
        try await sql.first("SELECT FROM notifications WHERE user_id = \(user) AND source_event_id = \(source)") != nil
    }

    func insert(_ new: InboxNotification, position: Int64, source: EventID, tenant: UniversityID) async throws {
        try await sql.execute(
            """
            INSERT INTO notifications
                (id, tenant_id, user_id, position, source_event_id, type, title, body, data, created_at)
            VALUES (\(new.id), \(tenant), \(user), \(position), \(source), \(new.type), \(new.title), \(new.body), \
            \(new.data), \(new.createdAt))
            """
        )
        try await sql.execute(
            "DELETE FROM notifications WHERE user_id = \(user) AND position <= \(position - Self.inboxSize)"
        )
    }

    /// In order of arrival, newest first by default.
    func list(_ request: ListNotifications) async throws -> Page<InboxNotification> {
        var matching: SQL = "FROM notifications WHERE user_id = \(user)"
        if let unread = request.unread { matching += " AND (read_at IS NULL) = \(unread)" }
        let keyset = try Keyset(
            "position",
            as: .integer,
            descending: request.sort?.isDescending ?? true,
            page: request.page
        )
        let rows = try await sql.query(keyset.select(Self.columns, matching))
        let total: Int = try await sql.one("SELECT count(*) AS total \(matching)")["total"]
        return try keyset.page(reading: rows, total: total)
    }

    /// - Throws: `NOT_FOUND` for another person's; `PRECONDITION_FAILED` if the caller has not read this revision.
    func markRead(_ id: NotificationID, _ context: RequestContext) async throws -> InboxNotification {
        let present = try await sql.first(
            "SELECT \(raw: Self.columns) FROM notifications WHERE id = \(id) AND user_id = \(user) FOR UPDATE",
            as: InboxNotification.self
        )
        guard let present else { throw ServiceError(.notFound) }
        try context.checkPrecondition(present.etag)
        let found = try await sql.first(
            """
            UPDATE notifications SET read_at = coalesce(read_at, now())
            WHERE id = \(id) AND user_id = \(user) RETURNING \(raw: Self.columns)
            """,
            as: InboxNotification.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    /// Marks everything as read that had arrived when the newest seen did.
    ///
    /// - Parameter newest: `nil` for all there is.
    /// - Throws: `NOT_FOUND` when the newest is another person's.
    func markAllRead(upTo newest: NotificationID?) async throws {
        var last = Int64.max
        if let newest {
            let found = try await sql.first(
                "SELECT position FROM notifications WHERE id = \(newest) AND user_id = \(user)"
            )
            guard let found else { throw ServiceError(.notFound) }
            last = try found["position"]
        }
        try await sql.execute(
            """
            UPDATE notifications SET read_at = now()
            WHERE user_id = \(user) AND read_at IS NULL AND position <= \(last)
            """
        )
    }

    func countUnread() async throws -> UnreadCount {
        let row = try await sql.one(
            "SELECT count(*) AS count FROM notifications WHERE user_id = \(user) AND read_at IS NULL"
        )
        return UnreadCount(count: try row["count"])
    }

    private static let columns = "id, type, title, body, data, read_at, created_at"
}

extension InboxNotification: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            type: try row["type"],
            title: try row["title"],
            body: try row["body"],
            data: try row["data"],
            readAt: try row["read_at"],
            createdAt: try row["created_at"]
        )
    }
}
