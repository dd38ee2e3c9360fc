import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Which forms a list shows, and in what order.
struct FormListing {
    let request: ListForms
    /// Only this university's; `nil` for platform administrators and people without one.
    let tenant: UniversityID?
    let sight: Sight

    /// The forms that the caller may see at present.
    enum Sight {
        /// Every form.
        case all
        /// Public surveys and the like of all universities, for people without one.
        case published
        /// Published surveys and the like, published forms of societies open to the caller, and all forms of societies
        /// that the caller leads.
        case some(open: [FormEntityID], led: [FormEntityID])
    }

    func page(_ sql: any SQLExecutor) async throws -> Page<FormSummary> {
        let sort = request.sort ?? Sort(.createdAt, descending: true)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            descending: sort.isDescending,
            page: request.page
        )
        var matching = matching
        if let words = request.q { matching += try await condition(on: words, sql) }
        return try await keyset.read(Self.columns, matching, from: sql) { (form: ListedForm) in form.summary }
    }

    /// The number of matches up to which a search sorts them all for each page.
    ///
    /// With more, the list is walked in its order, where a page's matches soon come by.
    static let maximumSorted = 1_000

    /// The condition that a title contains the words: the ids of the matches, or a comparison if there are many.
    private func condition(on words: SearchText, _ sql: any SQLExecutor) async throws -> SQL {
        let condition: SQL = " AND strpos(lower(title), lower(\(words))) > 0"
        if case .published = sight { return condition }
        let found: [FormID] = try await sql.query(
            "SELECT search_forms(\(tenant), \(words), \(Self.maximumSorted + 1))"
        ).map { try $0[0] }
        return found.count > Self.maximumSorted ? condition : " AND id = ANY(\(found))"
    }

    /// The size in bytes, as JSON, above which settings are listed without their long members; the longest descriptions
    /// of a hundred forms fit into a page beside them.
    static let maximumSettingsBytes = 4 << 10

    /// Bounds the size of a row, and thereby of a page, which is read on the serving threads.
    ///
    /// A page that ended early would hide forms from clients that go on by number.
    private static let columns = """
        id, title, description, entity_type, entity_id, status, version, created_by, created_at, updated_at,
        published_at,
        CASE WHEN octet_length(settings::text) <= \(maximumSettingsBytes) THEN settings
            ELSE settings || jsonb_build_object(
                'confirmationMessage', NULL,
                'payment', nullif(settings -> 'payment', 'null') || '{"instructions": null}'::jsonb,
                'notifications', nullif(settings -> 'notifications', 'null') || '{"onSubmit": null}'::jsonb
            ) END AS settings
        """

    private var sightFilter: SQL {
        switch sight {
        // The condition of the indexes of all universities' forms, which every form meets.
        case .all: tenant == nil ? "status <> ''" : "true"
        case .published: "is_public AND status = 'published' AND entity_type <> 'society'"
        case .some(let open, let led):
            // Subqueries are hashed once; an array would be looked through for each form.
            """
            (status IN ('published', 'closed')
                    AND (entity_type <> 'society' OR entity_id IN (SELECT unnest(\(open))))
                OR entity_type = 'society' AND entity_id IN (SELECT unnest(\(led))))
            """
        }
    }

    /// Only the conditions that there are, so that PostgreSQL can plan for them.
    private var matching: SQL {
        var matching: SQL = "FROM forms WHERE \(sightFilter)"
        if let tenant { matching += " AND tenant_id = \(tenant)" }
        if let status = request.status { matching += " AND status = \(status)" }
        if let type = request.entityType { matching += " AND entity_type = \(type)" }
        if let entity = request.entityId { matching += " AND entity_id = \(entity)" }
        return matching
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

    fileprivate var key: Keyset.Key {
        switch self {
        case .createdAt, .updatedAt: .time
        case .title: .text
        }
    }
}

/// A form as stored in a row of the list.
private struct ListedForm: PostgresRowDecodable {
    let summary: FormSummary

    init(row: PostgresRow) throws {
        summary = FormSummary(
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
