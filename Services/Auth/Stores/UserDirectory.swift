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
        let users = try await sql.query(keyset.select(User.columns, matching))
        return try keyset.page(reading: users, total: total)
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
