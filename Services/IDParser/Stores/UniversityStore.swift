import AcademicContracts
import Contracts
import Postgres
import ServiceKit

/// Every statement that names the `universities` table alone: what the academic service has told of them.
struct UniversityStore {
    let sql: any SQLExecutor

    /// Notes what a university is called, unless something newer is known; its row is locked until the transaction ends.
    ///
    /// - Returns: Whether the university still exists.
    @discardableResult
    func note(_ university: UniversityReference) async throws -> Bool {
        let row = try await sql.one(
            """
            INSERT INTO universities AS known (id, code, revision)
            VALUES (\(university.id), \(university.code), \(university.revision))
            ON CONFLICT (id) DO UPDATE SET
                code = CASE WHEN excluded.revision > known.revision THEN excluded.code ELSE known.code END,
                revision = greatest(excluded.revision, known.revision)
            RETURNING deleted_at IS NULL AS exists
            """
        )
        return try row["exists"]
    }

    /// Locks the university, so that concurrent writers count its patterns one at a time.
    func lock(_ id: UniversityID) async throws {
        try await sql.execute("SELECT FROM universities WHERE id = \(id) FOR NO KEY UPDATE")
    }

    /// Marks a university as gone, also one that was never heard of.
    func markDeleted(_ id: UniversityID) async throws {
        try await sql.execute(
            """
            INSERT INTO universities (id, code, revision, deleted_at) VALUES (\(id), '', 0, now())
            ON CONFLICT (id) DO UPDATE SET deleted_at = now()
            """
        )
    }
}
