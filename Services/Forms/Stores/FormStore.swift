import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Every statement that names the `forms` or `form_versions` table on its own account.
struct FormStore {
    let sql: any SQLExecutor

    func find(_ id: FormID) async throws -> StoredForm? {
        try await sql.first("SELECT \(raw: StoredForm.columns) FROM forms WHERE id = \(id)", as: StoredForm.self)
    }

    /// Which write the form was stored by; `nil` where there is no form.
    func revision(of id: FormID) async throws -> Int? {
        try await sql.first("SELECT revision FROM forms WHERE id = \(id)").map { try $0["revision"] }
    }

    /// The form, which nobody else changes until this transaction ends.
    func lock(_ id: FormID) async throws -> StoredForm? {
        try await sql.first(
            "SELECT \(raw: StoredForm.columns) FROM forms WHERE id = \(id) FOR UPDATE",
            as: StoredForm.self
        )
    }

    /// Adds a form with its intake, which takes nothing yet.
    func insert(_ form: Form, tenant: UniversityID) async throws -> StoredForm {
        let stored = StoredForm(form, tenant: tenant, revision: 1)
        try await sql.execute(
            """
            WITH form AS (
                INSERT INTO forms (id, tenant_id, title, description, entity_type, entity_id, status, is_public,
                    settings, version, revision, created_by, created_at, updated_at, document)
                VALUES (\(form.id), \(tenant), \(form.title), \(form.description), \(form.entityType),
                    \(form.entityId), \(form.status), \(stored.isPublic), \(Stored(form.settings)),
                    \(Int32(form.version)), \(stored.revision), \(form.createdBy), \(form.createdAt),
                    \(form.updatedAt), \(stored.document))
                RETURNING id, tenant_id
            )
            INSERT INTO form_intake (form_id, tenant_id) SELECT id, tenant_id FROM form
            """
        )
        return stored
    }

    /// Writes a form that this transaction has locked, and lets the intake follow it.
    func update(_ form: Form, after stored: StoredForm) async throws -> StoredForm {
        let next = StoredForm(form, tenant: stored.tenant, revision: stored.revision + 1)
        try await sql.execute(
            """
            UPDATE forms SET title = \(form.title), description = \(form.description), status = \(form.status),
                is_public = \(next.isPublic), settings = \(Stored(form.settings)), version = \(Int32(form.version)),
                revision = \(next.revision), updated_at = \(form.updatedAt), published_at = \(form.publishedAt),
                document = \(next.document)
            WHERE id = \(form.id)
            """
        )
        let openRevision = form.status == .published ? next.revision : nil
        try await sql.execute("UPDATE form_intake SET revision = \(openRevision) WHERE form_id = \(form.id)")
        return next
    }

    /// How many responses the form has; none is added until this transaction ends.
    func lockResponseCount(_ id: FormID) async throws -> Int {
        try await sql.one("SELECT responses FROM form_intake WHERE form_id = \(id) FOR UPDATE")["responses"]
    }

    func delete(_ id: FormID) async throws {
        try await sql.execute("DELETE FROM profile_updates WHERE form_id = \(id) AND status = 'pending'")
        try await sql.execute("DELETE FROM forms WHERE id = \(id)")
    }

    /// Keeps what is published now for good.
    func insertVersion(_ stored: StoredForm, at time: Timestamp) async throws {
        try await sql.execute(
            """
            INSERT INTO form_versions (form_id, version, tenant_id, document, published_at)
            VALUES (\(stored.id), \(Int32(stored.version)), \(stored.tenant), \(stored.document), \(time))
            """
        )
    }

    /// Some versions that were published, the newest first.
    ///
    /// - Parameters:
    ///   - id: The form.
    ///   - version: The newest.
    ///   - limit: The most of them; each may have the size of a whole form.
    /// - Returns: Fewer than `limit` only where there are no more.
    /// - Throws: What PostgreSQL refuses.
    func versions(of id: FormID, upTo version: Int, limit: Int) async throws -> [(version: Int, FormDocument)] {
        try await sql.query(
            """
            SELECT version, document FROM form_versions
            WHERE form_id = \(id) AND version <= \(Int32(clamping: version)) ORDER BY version DESC LIMIT \(limit)
            """
        ).map { (Int(try $0["version"] as Int32), try $0["document"]) }
    }

    /// A version that was published once.
    func versionDocument(_ version: Int, of id: FormID) async throws -> FormDocument? {
        try await sql.first(
            "SELECT document FROM form_versions WHERE form_id = \(id) AND version = \(Int32(clamping: version))"
        ).map { try $0["document"] }
    }
}
