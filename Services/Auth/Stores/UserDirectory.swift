import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// The searchable list of the accounts in a scope.
struct UserDirectory {
    /// The number of matches up to which a search sorts them all for each page.
    ///
    /// With more, the list is walked in its order, where a page's matches soon come by.
    static let maximumSorted = 1_000

    let sql: any SQLExecutor
    let scope: TenantScope

    func page(_ request: ListUsers) async throws -> Page<User> {
        let sort = request.sort ?? Sort(.createdAt, descending: true)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            descending: sort.isDescending,
            page: request.page
        )
        let accounts: SQL = "FROM users WHERE deleted_at IS NULL AND \(isListed)"
        guard let words = request.q else { return try await keyset.read(User.columns, accounts, from: sql) }
        let found = try await find(words)
        if found.count <= Self.maximumSorted {
            let matching = accounts + " AND id = ANY(\(found))"
            return try await keyset.read(User.columns, matching, from: sql, total: found.count)
        }
        let matching = accounts + " AND strpos(search_key, (SELECT fold_text(\(words)))) > 0"
        return try await keyset.read(User.columns, matching, from: sql, total: try await count(words))
    }

    /// The condition that lists the scope's accounts by an index.
    ///
    /// The indexes for all universities' accounts have the condition on the role, which every account meets, so that no
    /// other list takes them.
    private var isListed: SQL {
        switch scope {
        case .none: "false"
        case .tenant(let university): "tenant_id = \(university)"
        case .platform: "role <> ''"
        }
    }

    /// The university whose accounts are searched; `nil` for those of all.
    private var university: PostgresUUID? {
        if case .tenant(let university) = scope { university } else { nil }
    }

    /// Returns the matches of a search, at most one more than `maximumSorted`, in no order.
    private func find(_ words: SearchText) async throws -> [UserID] {
        try await sql.query("SELECT search_users(\(university), \(words), \(Self.maximumSorted + 1))").map { try $0[0] }
    }

    /// Returns the number of matches of a search, up to `Keyset.reach`.
    private func count(_ words: SearchText) async throws -> Int {
        try await sql.one("SELECT count(*) FROM search_users(\(university), \(words), \(Keyset.reach))")[0]
    }
}

extension ListUsers.SortField {
    fileprivate var column: String {
        switch self {
        case .createdAt: "created_at"
        case .name: "name"
        case .email: "folded_email"
        }
    }

    fileprivate var key: Keyset.Key {
        switch self {
        case .createdAt: .time
        case .name, .email: .text
        }
    }
}
