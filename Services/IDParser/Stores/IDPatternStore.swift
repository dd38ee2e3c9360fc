public import IDParserContracts
import Contracts
public import Postgres
import ServiceKit

/// Every statement that names the `id_patterns` table.
struct IDPatternStore {
    let sql: any SQLExecutor

    private static let columns = """
        id_patterns.id, tenant_id, code, name, pattern, checksum, checksum_parameters, fields, examples, priority, \
        is_active, id_patterns.revision, created_at, updated_at
        """
    private static let table = "id_patterns JOIN universities ON universities.id = tenant_id"

    func find(_ id: IDPatternID) async throws -> IDPattern? {
        try await sql.first(
            "SELECT \(raw: Self.columns) FROM \(raw: Self.table) WHERE id_patterns.id = \(id)",
            as: IDPattern.self
        )
    }

    /// The pattern, with its row locked until the transaction ends.
    ///
    /// - Throws: `NOT_FOUND`, for another university's too.
    func lock(_ id: IDPatternID) async throws -> IDPattern {
        let found = try await sql.first(
            "SELECT \(raw: Self.columns) FROM \(raw: Self.table) WHERE id_patterns.id = \(id) FOR UPDATE OF id_patterns",
            as: IDPattern.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    /// Lists patterns.
    ///
    /// - Parameters:
    ///   - request: Which of them.
    ///   - university: Only this university's; `nil` for all that the scope shows.
    /// - Returns: The part of the list that is asked for.
    /// - Throws: `ValidationError` for a place that the list doesn't have; `PostgresError`.
    func list(_ request: ListIDPatterns, of university: UniversityID?) async throws -> Page<IDPattern> {
        let sort = request.sort ?? Sort(.priority, descending: true)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field.key,
            id: "id_patterns.id",
            descending: sort.isDescending,
            page: request.page,
            bytes: "octet_length(pattern) + octet_length(fields::text) + octet_length(examples::text)"
        )
        // Only the conditions that there are, so that PostgreSQL can plan for them.
        var matching: SQL = "FROM \(raw: Self.table) WHERE true"
        if let university { matching += " AND tenant_id = \(university)" }
        if let code = request.universityCode { matching += " AND lower(code) = lower(\(code))" }
        if let isActive = request.isActive { matching += " AND is_active = \(isActive)" }
        if let q = request.q { matching += " AND strpos(name_key, (SELECT fold_text(\(q)))) > 0" }
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// The version of every active pattern that the scope shows, the oldest pattern first.
    func activeVersions() async throws -> [IDPatternVersion] {
        try await sql.all(
            """
            SELECT id_patterns.id, tenant_id, code, id_patterns.revision FROM \(raw: Self.table)
            WHERE is_active ORDER BY id_patterns.id
            """
        )
    }

    /// Those of the patterns that are active.
    func active(_ ids: [IDPatternID]) async throws -> [IDPattern] {
        guard !ids.isEmpty else { return [] }
        return try await sql.all(
            "SELECT \(raw: Self.columns) FROM \(raw: Self.table) WHERE is_active AND id_patterns.id = ANY(\(ids))"
        )
    }

    /// Refuses a pattern beyond the university's limits of number and memory.
    ///
    /// - Parameters:
    ///   - university: The university; its row is locked, so that concurrent writers count one at a time.
    ///   - pattern: The new or changed pattern, compiled.
    ///   - id: The id of the pattern that it replaces.
    /// - Throws: `TOO_MANY_ID_PATTERNS`, `QUOTA_EXCEEDED`.
    func requireQuota(
        of university: UniversityID,
        for pattern: StudentIDPattern,
        replacing id: IDPatternID?
    ) async throws {
        let row = try await sql.one(
            """
            SELECT count(*) AS count, coalesce(sum(compiled_bytes), 0)::bigint AS bytes FROM id_patterns
            WHERE tenant_id = \(university) AND id IS DISTINCT FROM \(id)
            """
        )
        let (count, bytes): (Int, Int) = (try row["count"], try row["bytes"])
        guard count < Quotas.patterns else { throw ServiceError(.tooManyIDPatterns) }
        guard bytes + pattern.memory <= Quotas.compiledBytes else {
            throw ServiceError(.quotaExceeded, "The university's patterns are too large together; make some simpler.")
        }
    }

    /// - Throws: `PostgresError` that breaks `id_patterns_name_is_unique`.
    func insert(
        _ id: IDPatternID,
        of university: UniversityID,
        _ content: IDPatternContent,
        compiledBytes: Int
    ) async throws {
        try await sql.execute(
            """
            INSERT INTO id_patterns (id, tenant_id, name, pattern, checksum, checksum_parameters, fields, examples, \
            priority, is_active, compiled_bytes)
            VALUES (\(id), \(university), \(content.name), \(content.pattern), \(content.checksum), \
            \(content.checksumParameters.map(Stored.init)), \(Stored(content.fields)), \(Stored(content.examples)), \
            \(content.priority), \(content.isActive), \(compiledBytes))
            """
        )
    }

    /// - Throws: `PostgresError` that breaks `id_patterns_name_is_unique`.
    func update(_ id: IDPatternID, _ content: IDPatternContent, compiledBytes: Int) async throws {
        try await sql.execute(
            """
            UPDATE id_patterns SET name = \(content.name), shares_name = shares_name AND name = \(content.name), \
            pattern = \(content.pattern), checksum = \(content.checksum), \
            checksum_parameters = \(content.checksumParameters.map(Stored.init)), fields = \(Stored(content.fields)), \
            examples = \(Stored(content.examples)), priority = \(content.priority), is_active = \(content.isActive), \
            compiled_bytes = \(compiledBytes), revision = revision + 1, updated_at = now()
            WHERE id = \(id)
            """
        )
    }

    func delete(_ id: IDPatternID) async throws {
        try await sql.execute("DELETE FROM id_patterns WHERE id = \(id)")
    }

    func deleteAll(of university: UniversityID) async throws {
        try await sql.execute("DELETE FROM id_patterns WHERE tenant_id = \(university)")
    }
}

/// The version of a pattern and of its university's code.
struct IDPatternVersion: Sendable, Equatable, PostgresRowDecodable {
    let id: IDPatternID
    let universityId: UniversityID
    let universityCode: Code
    let revision: Int

    init(row: PostgresRow) throws {
        id = try row["id"]
        universityId = try row["tenant_id"]
        universityCode = try row["code"]
        revision = try row["revision"]
    }
}

extension IDPatternSort {
    fileprivate var column: String {
        switch self {
        case .name: "name"
        case .priority: "priority"
        case .createdAt: "created_at"
        }
    }

    fileprivate var key: Keyset.Key {
        switch self {
        case .name: .text
        case .priority: .integer
        case .createdAt: .time
        }
    }
}

extension IDPattern: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        let priority: Int = try row["priority"]
        let parameters: Stored<ChecksumParameters>? = try row["checksum_parameters"]
        let fields: Stored<[String: IDField]> = try row["fields"]
        let examples: Stored<IDExamples> = try row["examples"]
        self.init(
            id: try row["id"],
            universityId: try row["tenant_id"],
            universityCode: try row["code"],
            name: try row["name"],
            pattern: try row["pattern"],
            checksum: try row["checksum"],
            checksumParameters: parameters?.value,
            fields: fields.value,
            examples: examples.value,
            priority: Priority(priority) ?? .placeholder,  // the column's check has the same bounds
            isActive: try row["is_active"],
            revision: try row["revision"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}

extension Checksum: PostgresEncodable, PostgresDecodable {}
