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
        let keyset = try keyset(of: request)
        let rows = try await sql.query(
            """
            SELECT \(raw: SocietyStore.columns), name_folded FROM societies
            WHERE \(filter) AND \(keyset.condition) \(keyset.order)
            """
        )
        let total: Int = try await sql.one("SELECT count(*) AS total FROM societies WHERE \(filter)")["total"]
        let entries = try rows.map { (society: try Society(row: $0), foldedName: try $0["name_folded"] as String) }
        return keyset.page(entries, total: total, item: \.society) { entry in
            let key =
                switch request.sort?.field ?? .name {
                case .name: entry.foldedName
                case .createdAt: String(entry.society.createdAt.microseconds)
                case .memberCount: String(entry.society.memberCount)
                }
            return (key, id: entry.society.id.description)
        }
    }

    private func keyset(of request: ListSocieties) throws -> Keyset {
        let isDescending = request.sort?.isDescending ?? false
        let id = "societies.id"
        return switch request.sort?.field ?? .name {
        case .name:
            try Keyset("name_folded COLLATE \"C\"", id: id, descending: isDescending, page: request.page) { "\($0)" }
        case .createdAt: try Keyset(time: "created_at", id: id, descending: isDescending, page: request.page)
        case .memberCount:
            try Keyset("member_count", id: id, descending: isDescending, page: request.page) { key in
                Int(key).map { "\($0)" }
            }
        }
    }

    private func filter(of request: ListSocieties) -> SQL {
        var filter: SQL = "deleted_at IS NULL AND \(visible)"
        if let university = request.universityId ?? ownUniversity { filter = "\(filter) AND tenant_id = \(university)" }
        if let status = request.status { filter = "\(filter) AND status = \(status)" }
        if let q = request.q {
            filter = "\(filter) AND search_folded LIKE normalize(\("%\(q.folded.escapedForLike)%"), NFKC)"
        }
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

extension String {
    /// The text with what `LIKE` takes for a wildcard made plain.
    fileprivate var escapedForLike: String {
        reduce(into: "") { text, character in
            if "\\%_".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
