import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// The list of societies as one person may see it.
struct SocietyDirectory {
    let sql: any SQLExecutor
    let viewer: RequestContext.User?

    func list(_ request: ListSocieties) async throws -> Page<Society> {
        let filter = filter(of: request)
        let sort = request.sort ?? Sort(.name)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            id: "societies.id",
            descending: sort.isDescending,
            page: request.page
        )
        let rows = try await sql.query(
            """
            SELECT \(raw: SocietyStore.columns), name_key FROM societies
            WHERE \(filter) AND \(keyset.condition) \(keyset.order)
            """
        )
        let total: Int = try await sql.one("SELECT count(*) AS total FROM societies WHERE \(filter)")["total"]
        let entries = try rows.map { (society: try Society(row: $0), nameKey: try $0["name_key"] as String) }
        return keyset.page(entries, total: total, item: \.society) { entry in
            switch sort.field {
            case .name: PageCursor(entry.nameKey, entry.society.id)
            case .createdAt: PageCursor(entry.society.createdAt, entry.society.id)
            case .memberCount: PageCursor(entry.society.memberCount, entry.society.id)
            }
        }
    }

    private func filter(of request: ListSocieties) -> SQL {
        var filter: SQL = "deleted_at IS NULL AND \(visible)"
        if let university = request.universityId ?? ownUniversity { filter = "\(filter) AND tenant_id = \(university)" }
        if let status = request.status { filter = "\(filter) AND status = \(status)" }
        if let q = request.q { filter = "\(filter) AND strpos(search_key, fold_text(\(q))) > 0" }
        return filter
    }

    /// Signed in, one sees one's own university unless another is asked for.
    private var ownUniversity: UniversityID? {
        viewer?.isPlatformAdmin == true ? nil : viewer?.tenant
    }

    /// `Standing.isVisible` in SQL.
    private var visible: SQL {
        guard let viewer else { return "(status = 'active' AND visibility = 'public')" }
        let moderates = viewer.may(.moderateSocieties)
        return """
            (status = 'active' AND visibility = 'public' \
            OR \(moderates && viewer.isPlatformAdmin) OR tenant_id = \(moderates ? viewer.tenant : nil) \
            OR EXISTS (
                SELECT FROM members
                WHERE society_id = societies.id AND user_id = \(viewer.id) AND left_at IS NULL
            ))
            """
    }
}

extension SocietySort {
    fileprivate var column: String {
        switch self {
        case .name: "name_key"
        case .createdAt: "created_at"
        case .memberCount: "member_count"
        }
    }

    fileprivate var key: Keyset.Key {
        switch self {
        case .name: .text
        case .createdAt: .time
        case .memberCount: .integer
        }
    }
}
