import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// The searchable list of accounts, in the order of a column and then of the id.
struct UserDirectory {
    let sql: any SQLExecutor

    func page(_ request: ListUsers) async throws -> Page<User> {
        let order = UserOrder(request.sort ?? Sort(.createdAt, descending: true))
        let matching: SQL = """
            FROM users WHERE deleted_at IS NULL AND \
            (\(request.q.map(Self.pattern))::text IS NULL OR name ILIKE \(request.q.map(Self.pattern)) \
            OR folded_email LIKE lower(\(request.q.map(Self.pattern))))
            """
        let total: Int = try await sql.one("SELECT count(*) \(matching)")[0]
        let users = try await sql.all(
            """
            SELECT \(raw: User.columns) \(matching) AND \(try order.condition(after: request.page.cursor))
            \(order.clause) LIMIT \(request.page.size + 1) OFFSET \(request.page.offset)
            """,
            as: User.self
        )
        let shown = Array(users.prefix(request.page.size))
        let next = users.count > shown.count ? shown.last.map(order.cursor) : nil
        return Page(shown, request: request.page, total: total, next: next)
    }

    /// The text anywhere, with the signs that LIKE would take for patterns taken as they are.
    private static func pattern(_ text: SearchText) -> String {
        let escaped = text.text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "%\(escaped)%"
    }
}

/// One order of the list, and where a page of it ended.
private struct UserOrder {
    let sort: Sort<ListUsers.SortField>

    init(_ sort: Sort<ListUsers.SortField>) { self.sort = sort }

    private var column: String {
        switch sort.field {
        case .createdAt: "created_at"
        case .name: "name COLLATE \"C\""
        case .email: "folded_email COLLATE \"C\""
        }
    }

    var clause: SQL {
        let direction = sort.isDescending ? "DESC" : "ASC"
        return "ORDER BY \(raw: column) \(raw: direction), id \(raw: direction)"
    }

    /// - Throws: `ValidationError` when the cursor comes from a list in another order.
    func condition(after cursor: PageCursor?) throws(ValidationError) -> SQL {
        guard let cursor else { return "true" }
        guard let id = UserID(cursor.id), let start = start(cursor.key) else {
            throw ValidationError("cursor", .badFormat, "Must be a cursor of a list that is sorted the same way.")
        }
        return "(\(raw: column), id) \(raw: sort.isDescending ? "<" : ">") (\(start), \(id))"
    }

    private func start(_ key: String) -> SQL? {
        switch sort.field {
        // In microseconds, since the text would lose some.
        case .createdAt: Int64(key).map { "\(Timestamp(microseconds: $0))" }
        case .name, .email: "\(key)"
        }
    }

    func cursor(_ user: User) -> PageCursor {
        let key =
            switch sort.field {
            case .createdAt: String(user.createdAt.microseconds)
            case .name: user.name.text
            case .email: user.email.folded
            }
        return PageCursor(key: key, id: user.id.description)
    }
}
