import Contracts
public import NotifierContracts
public import Postgres
import ServiceKit

/// Statements that name the `notifications` table, on the inbox of one person, its only reader.
struct NotificationStore {
    let sql: any SQLExecutor
    let user: UserID
    /// The maximum number of notifications kept per person; the oldest are deleted first.
    static let inboxSize: Int64 = 1_000

    /// In order of arrival, newest first by default.
    func list(_ request: ListNotifications) async throws -> Page<InboxNotification> {
        var matching: SQL = "FROM notifications WHERE user_id = \(user)"
        if let unread = request.unread { matching += unread ? " AND read_at IS NULL" : " AND read_at IS NOT NULL" }
        let keyset = try Keyset(
            "position",
            as: .integer,
            descending: request.sort?.isDescending ?? true,
            page: request.page
        )
        return try await keyset.read(Self.columns, matching, from: sql)
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

    /// Deletes all notifications.
    func erase() async throws {
        try await sql.execute("DELETE FROM notifications WHERE user_id = \(user)")
    }

    func countUnread() async throws -> UnreadCount {
        let row = try await sql.one(
            "SELECT count(*) AS count FROM notifications WHERE user_id = \(user) AND read_at IS NULL"
        )
        return UnreadCount(count: try row["count"])
    }

    static let columns = "id, type, title, body, data, read_at, created_at"
}

/// Statements that add to the inboxes of several people at once; their number is constant.
struct Inboxes {
    let sql: any SQLExecutor

    /// Returns those people who were already notified of an event.
    func told(of source: EventID, among people: [UserID]) async throws -> [UserID] {
        try await sql.query(
            "SELECT user_id FROM notifications WHERE user_id = ANY(\(people)) AND source_event_id = \(source)"
        ).map { try $0["user_id"] }
    }

    /// Adds an event's notification to each person's inbox, and deletes the oldest beyond the inbox's size.
    ///
    /// - Parameters:
    ///   - new: The notifications, each with its person and its offset on that person's channel; all have the same
    ///     content but distinct ids.
    ///   - source: The event.
    ///   - tenant: The university of these people.
    /// - Throws: `PostgresError`.
    func insert(_ new: [NewNotification], source: EventID, tenant: UniversityID) async throws {
        guard let content = new.first?.notification else { return }
        let (people, positions) = (new.map(\.person), new.map(\.position))
        // Subtracted here: in SQL it would not be leakproof, and so keep the comparison from the index.
        let surplus = positions.map { $0 - NotificationStore.inboxSize }
        try await sql.execute(
            """
            INSERT INTO notifications
                (id, tenant_id, user_id, position, source_event_id, type, title, body, data, created_at)
            SELECT id, \(tenant), user_id, position, \(source), \(content.type), \(content.title), \(content.body), \
            \(content.data), \(content.createdAt)
            FROM unnest(\(new.map(\.notification.id)), \(people), \(positions)) AS new (id, user_id, position)
            """
        )
        try await sql.execute(
            """
            DELETE FROM notifications USING unnest(\(people), \(surplus)) AS new (owner, last)
            WHERE user_id = new.owner AND position <= new.last
            """
        )
    }
}

/// A notification to add to a person's inbox.
struct NewNotification {
    let person: UserID
    let position: Int64
    let notification: InboxNotification
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
