import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Which forms a list shows, and in what order.
struct FormListing {
    let request: ListForms
    let user: UserID
    /// Only this university's; `nil` for platform administrators and people without one.
    let tenant: UniversityID?
    /// Whether drafts and archived forms of others are shown too.
    let showsAll: Bool

    func page(_ sql: ScopedDatabase) async throws -> Page<FormSummary> {
        let sort = request.sort ?? Sort(.createdAt, descending: true)
        let filter = filter
        let order = sort.isDescending ? "DESC" : "ASC"
        let column = sort.field.column
        async let count = sql.one("SELECT count(*) AS total FROM forms WHERE \(filter)")
        let rows = try await sql.query(
            """
            SELECT id, title, description, entity_type, entity_id, status, settings, version, created_by, created_at,
                updated_at, published_at
            FROM forms WHERE \(filter) AND \(after(sort))
            ORDER BY \(raw: column) \(raw: order), id \(raw: order)
            LIMIT \(request.page.size + 1) OFFSET \(request.page.offset)
            """
        )
        let forms = try rows.map(FormSummary.init(row:))
        return Page(forms, of: request.page, total: try await count["total"]) { form in
            PageCursor(key: sort.field.key(of: form), id: form.id.description)
        }
    }

    /// Only the conditions that there are, so that PostgreSQL can plan for them.
    private var filter: SQL {
        var filter: SQL = showsAll ? "true" : "(status IN ('published', 'closed') OR created_by = \(user))"
        if let tenant { filter = filter + " AND tenant_id = \(tenant)" }
        if let status = request.status { filter = filter + " AND status = \(status)" }
        if let type = request.entityType { filter = filter + " AND entity_type = \(type)" }
        if let entity = request.entityId { filter = filter + " AND entity_id = \(entity)" }
        if let words = request.q { filter = filter + " AND title ILIKE \("%\(words.text.escapedForLike)%")" }
        return filter
    }

    private func after(_ sort: Sort<FormSort>) throws -> SQL {
        guard let cursor = request.page.cursor else { return "true" }
        let comparison = sort.isDescending ? "<" : ">"
        let id: SQL = "\(try cursor.identifier(Entity.Form.self))"
        guard sort.field != .title else {
            return "(title, id) \(raw: comparison) (\(cursor.key), \(id))"
        }
        return "(\(raw: sort.field.column), id) \(raw: comparison) (\(try cursor.timestamp), \(id))"
    }
}

extension FormSort {
    fileprivate var column: String {
        switch self {
        case .createdAt: "created_at"
        case .updatedAt: "updated_at"
        case .title: "title"
        }
    }

    fileprivate func key(of form: FormSummary) -> String {
        switch self {
        case .createdAt: String(form.createdAt.microseconds)
        case .updatedAt: String(form.updatedAt.microseconds)
        case .title: form.title.text
        }
    }
}

extension String {
    /// The text with what `LIKE` would take for a pattern escaped.
    fileprivate var escapedForLike: String {
        replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }
}

extension FormSummary {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            title: try row["title"],
            description: try row["description"],
            entityType: try row["entity_type"],
            entityId: try row["entity_id"],
            status: try row["status"],
            settings: (try row["settings"] as Stored<FormSettings>).value,
            version: Int(try row["version"] as Int32),
            createdBy: try row["created_by"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"],
            publishedAt: try row["published_at"]
        )
    }
}
