public import AcademicContracts
import Contracts
public import Postgres
import ServiceKit

/// Every statement that names the `programs` table.
struct ProgramStore {
    let sql: any SQLExecutor

    private static let columns =
        "id, department_id, tenant_id, name, degree, duration, revision, created_at, updated_at"

    func find(_ id: ProgramID) async throws -> Program? {
        try await sql.first("SELECT \(raw: Self.columns) FROM programs WHERE id = \(id)", as: Program.self)
    }

    func list(_ request: ListPrograms) async throws -> Page<Program> {
        let sort = request.sort ?? Sort(.name)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            descending: sort.isDescending,
            page: request.page
        )
        var matching: SQL = "FROM programs WHERE true"
        if let university = request.universityId { matching += " AND tenant_id = \(university)" }
        if let department = request.departmentId { matching += " AND department_id = \(department)" }
        if let degree = request.degree { matching += " AND degree = \(degree)" }
        if let words = request.q { matching += " AND strpos(name_key, (SELECT fold_text(\(words)))) > 0" }
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// - Throws: `PostgresError` that breaks `programs_name_is_unique` or `programs_belong_to_a_department`.
    func insert(_ id: ProgramID, of department: Department, _ content: ProgramContent) async throws -> Program {
        try await sql.one(
            """
            INSERT INTO programs (id, tenant_id, department_id, name, degree, duration)
            VALUES (\(id), \(department.universityId), \(department.id), \(content.name), \(content.degree), \
            \(content.duration.value))
            RETURNING \(raw: Self.columns)
            """,
            as: Program.self
        )
    }

    func count(of department: DepartmentID) async throws -> Int {
        try await sql.one("SELECT count(*) FROM programs WHERE department_id = \(department)")[0]
    }

    /// Reads a row that this transaction is going to write, so that nobody else does meanwhile.
    func lock(_ id: ProgramID) async throws -> Program {
        let found = try await sql.first(
            "SELECT \(raw: Self.columns) FROM programs WHERE id = \(id) FOR UPDATE",
            as: Program.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    /// Writes the changes; without any, the revision stays.
    func update(_ present: Program, _ content: ProgramContent) async throws -> Program {
        guard content != ProgramContent(present) else { return present }
        return try await sql.one(
            """
            UPDATE programs SET name = \(content.name), shares_name = shares_name AND name = \(content.name), degree = \(content.degree), \
            duration = \(content.duration.value), revision = revision + 1, updated_at = now()
            WHERE id = \(present.id)
            RETURNING \(raw: Self.columns)
            """,
            as: Program.self
        )
    }

    func delete(_ id: ProgramID) async throws {
        try await sql.execute("DELETE FROM programs WHERE id = \(id)")
    }
}

/// What of a program can be written.
struct ProgramContent: Equatable {
    var name: Name
    var degree: Degree
    var duration: ProgramDuration
}

extension ProgramContent {
    /// Takes the program's current values.
    init(_ program: Program) {
        self.init(name: program.name, degree: program.degree, duration: program.duration)
    }
}

extension ProgramSort {
    fileprivate var column: String {
        switch self {
        case .name: "name"
        case .duration: "duration"
        case .createdAt: "created_at"
        }
    }

    fileprivate var key: Keyset.Key {
        switch self {
        case .name: .text
        case .duration: .integer
        case .createdAt: .time
        }
    }
}

extension Program: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        let years: Int32 = try row["duration"]
        self.init(
            id: try row["id"],
            departmentId: try row["department_id"],
            universityId: try row["tenant_id"],
            name: try row["name"],
            degree: try row["degree"],
            duration: ProgramDuration(Int(years)) ?? .placeholder,  // the column's check has the same bounds
            revision: try row["revision"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}

extension Degree: PostgresEncodable, PostgresDecodable {}
