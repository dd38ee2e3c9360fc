import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// The list of societies as one person may see it.
struct SocietyDirectory {
    let sql: any SQLExecutor
    let viewer: RequestContext.User?

    func list(_ request: ListSocieties) async throws -> Page<Society> {
        let matching = matching(request)
        let sort = request.sort ?? Sort(.name)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            id: "societies.id",
            descending: sort.isDescending,
            page: request.page
        )
        return try await keyset.read(SocietyStore.columns, matching, from: sql)
    }

    private func matching(_ request: ListSocieties) -> SQL {
        var matching: SQL = "FROM societies WHERE deleted_at IS NULL AND \(visible)"
        if let university = request.universityId ?? ownUniversity {
            matching += " AND tenant_id = \(university)"
        } else {
            matching += " AND status <> ''"  // the condition of the indexes of all, which every society meets
        }
        if let status = request.status { matching += " AND status = \(status)" }
        // Without an index: a university has a limited number of societies, and an index of their texts would be written
        // with each member who comes or goes.
        if let q = request.q { matching += " AND strpos(search_key, (SELECT fold_text(\(q)))) > 0" }
        return matching
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
