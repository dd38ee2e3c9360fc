import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// The searchable list of accounts.
struct UserDirectory {
    let sql: any SQLExecutor

    func page(_ request: ListUsers) async throws -> Page<User> {
        let sort = request.sort ?? Sort(.createdAt, descending: true)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            descending: sort.isDescending,
            page: request.page
        )
        let pattern = request.q?.containedPattern
        let matching: SQL = """
            FROM users WHERE deleted_at IS NULL AND \
            (\(pattern)::text IS NULL OR name ILIKE \(pattern) OR folded_email LIKE lower(\(pattern)))
            """
        let total: Int = try await sql.one("SELECT count(*) \(matching)")[0]
        let users = try await sql.all(
            "SELECT \(raw: User.columns) \(matching) AND \(keyset.condition) \(keyset.order)",
            as: User.self
        )
        return keyset.page(users, total: total) { sort.field.cursor($0) }
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

    fileprivate func cursor(_ user: User) -> PageCursor {
        switch self {
        case .createdAt: PageCursor(user.createdAt, user.id)
        case .name: PageCursor(user.name.text, user.id)
        case .email: PageCursor(user.email.folded, user.id)
        }
    }
}
