public import AcademicContracts
import Contracts
public import Postgres
import ServiceKit

/// Every statement that names the `departments` table.
struct DepartmentStore {
    let sql: any SQLExecutor

    private static let columns = "id, tenant_id, name, code, revision, created_at, updated_at"

    func find(_ id: DepartmentID) async throws -> Department? {
        try await sql.first("SELECT \(raw: Self.columns) FROM departments WHERE id = \(id)", as: Department.self)
    }

    func list(_ request: ListDepartments) async throws -> Page<Department> {
        let sort = request.sort ?? Sort(.name)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field == .createdAt ? .time : .text,
            descending: sort.isDescending,
            page: request.page
        )
        var matching: SQL = "FROM departments WHERE true"
        if let university = request.universityId { matching += " AND tenant_id = \(university)" }
        if let words = request.q { matching += " AND strpos(search_key, (SELECT fold_text(\(words)))) > 0" }
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// - Throws: `PostgresError` that breaks `departments_code_is_unique` or `departments_belong_to_a_university`.
    func insert(_ id: DepartmentID, of university: UniversityID, name: Name, code: Code) async throws -> Department {
        try await sql.one(
            """
            INSERT INTO departments (id, tenant_id, name, code) VALUES (\(id), \(university), \(name), \(code))
            RETURNING \(raw: Self.columns)
            """,
            as: Department.self
        )
    }

    func count(of university: UniversityID) async throws -> Int {
        try await sql.one("SELECT count(*) FROM departments WHERE tenant_id = \(university)")[0]
    }

    /// Reads a row that this transaction is going to write, so that nobody else does meanwhile.
    func lock(_ id: DepartmentID) async throws -> Department {
        let found = try await sql.first(
            "SELECT \(raw: Self.columns) FROM departments WHERE id = \(id) FOR UPDATE",
            as: Department.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    /// Writes the changes; without any, the revision stays.
    func update(_ present: Department, name: Name, code: Code) async throws -> Department {
        guard name != present.name || code != present.code else { return present }
        return try await sql.one(
            """
            UPDATE departments SET name = \(name), code = \(code), revision = revision + 1, updated_at = now()
            WHERE id = \(present.id)
            RETURNING \(raw: Self.columns)
            """,
            as: Department.self
        )
    }

    func delete(_ id: DepartmentID) async throws {
        try await sql.execute("DELETE FROM departments WHERE id = \(id)")
    }
}

extension DepartmentSort {
    fileprivate var column: String {
        switch self {
        case .name: "name"
        case .code: "lower(code)"
        case .createdAt: "created_at"
        }
    }
}

extension Department: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            universityId: try row["tenant_id"],
            name: try row["name"],
            code: try row["code"],
            revision: try row["revision"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}
