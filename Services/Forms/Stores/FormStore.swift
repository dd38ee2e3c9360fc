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
    func insert(_ form: Form, _ document: FormDocument, tenant: UniversityID) async throws -> StoredForm {
        let stored = StoredForm(form, document, tenant: tenant, revision: 1)
        try await sql.execute(
            """
            WITH form AS (
                INSERT INTO forms (id, tenant_id, title, description, entity_type, entity_id, status, is_public,
                    settings, version, revision, created_by, created_at, updated_at, was_anonymous, document)
                VALUES (\(form.id), \(tenant), \(form.title), \(form.description), \(form.entityType),
                    \(form.entityId), \(form.status), \(stored.isPublic), \(Stored(form.settings)),
                    \(Int32(form.version)), \(stored.revision), \(form.createdBy), \(form.createdAt),
                    \(form.updatedAt), \(stored.wasAnonymous), \(stored.document))
                RETURNING id, tenant_id
            )
            INSERT INTO form_intake (form_id, tenant_id) SELECT id, tenant_id FROM form
            """
        )
        return stored
    }

    /// Writes a form that this transaction has locked, and lets the intake follow it.
    func update(_ form: Form, _ document: FormDocument, after stored: StoredForm) async throws -> StoredForm {
        let revision = stored.revision + 1
        let next = StoredForm(form, document, tenant: stored.tenant, revision: revision, after: stored)
        try await sql.execute(
            """
            UPDATE forms SET title = \(form.title), description = \(form.description), status = \(form.status),
                is_public = \(next.isPublic), settings = \(Stored(form.settings)), version = \(Int32(form.version)),
                revision = \(next.revision), updated_at = \(form.updatedAt), published_at = \(form.publishedAt),
                was_anonymous = \(next.wasAnonymous), document = \(next.document)
            WHERE id = \(form.id)
            """
        )
        let openRevision = form.status == .published ? next.revision : nil
        try await sql.execute("UPDATE form_intake SET revision = \(openRevision) WHERE form_id = \(form.id)")
        return next
    }

    /// Makes a form, locked by this transaction, a society's registration form.
    func bind(_ form: StoredForm, to society: FormEntityID) async throws {
        guard form.registrationOf != society else { return }
        try await setRegistration(of: "id = \(form.id)", to: society)
    }

    /// Releases a society's registration forms, except one.
    func release(of society: FormEntityID, except form: FormID?) async throws {
        try await setRegistration(of: "registration_of = \(society) AND id IS DISTINCT FROM \(form)", to: nil)
    }

    /// Deletes the unanswered forms of a deleted society and marks the others as orphaned.
    func orphan(of society: FormEntityID) async throws {
        // Locks forms before their intakes, as edits do; a form that was answered meanwhile stays.
        try await sql.execute("UPDATE forms SET is_orphaned = true WHERE entity_id = \(society)")
        try await sql.execute(
            """
            WITH unanswered AS (
                SELECT form_id FROM form_intake
                WHERE form_id IN (SELECT id FROM forms WHERE entity_id = \(society)) AND responses = 0
                FOR UPDATE
            )
            DELETE FROM forms USING unanswered WHERE forms.id = unanswered.form_id
            """
        )
    }

    /// Also raises the revision, so that no cached form takes answers by the former rule.
    private func setRegistration(of forms: SQL, to society: FormEntityID?) async throws {
        try await sql.execute(
            """
            WITH changed AS (
                UPDATE forms SET registration_of = \(society), revision = revision + 1 WHERE \(forms)
                RETURNING id, revision
            )
            UPDATE form_intake AS intake SET revision = changed.revision FROM changed
            WHERE intake.form_id = changed.id AND intake.revision IS NOT NULL
            """
        )
    }

    /// How many responses the form has; none is added until this transaction ends.
    func lockResponseCount(_ id: FormID) async throws -> Int {
        try await sql.one("SELECT responses FROM form_intake WHERE form_id = \(id) FOR UPDATE")["responses"]
    }

    func delete(_ id: FormID) async throws {
        try await sql.execute("DELETE FROM profile_updates WHERE form_id = \(id) AND status = 'pending'")
        try await sql.execute("DELETE FROM forms WHERE id = \(id)")
    }

    /// The maximum number of versions kept per form, and their total size in bytes.
    private static let maximumVersions = 200
    private static let maximumVersionBytes = 16 << 20
    /// The newest versions, answered or not, which respondents may still have open.
    private static let freshVersions = 10

    /// Keeps the published version as long as responses refer to it; this transaction holds the intake's row lock.
    ///
    /// Earlier versions without answers are deleted once they are no longer fresh.
    ///
    /// - Throws: `TOO_MANY_VERSIONS`, `QUOTA_EXCEEDED`.
    func insertVersion(_ stored: StoredForm, at time: Timestamp) async throws {
        try await sql.execute(
            """
            INSERT INTO form_versions (form_id, version, tenant_id, document, document_bytes, published_at)
            VALUES (\(stored.id), \(Int32(stored.version)), \(stored.tenant), \(stored.document),
                \(Int32(stored.document.bytes.count)), \(time))
            """
        )
        try await sql.execute(
            """
            UPDATE form_versions AS kept SET is_answered = true FROM form_intake AS intake
            WHERE kept.form_id = \(stored.id) AND intake.form_id = kept.form_id AND NOT kept.is_answered
                AND kept.version = intake.answered_version
            """
        )
        try await sql.execute(
            """
            DELETE FROM form_versions WHERE form_id = \(stored.id) AND NOT is_answered
                AND version < \(Int32(stored.version - Self.freshVersions))
            """
        )
        let kept = try await sql.one(
            """
            SELECT count(*) AS versions,
                coalesce(sum(coalesce(document_bytes, octet_length(document::text))), 0)::bigint AS bytes
            FROM form_versions WHERE form_id = \(stored.id)
            """
        )
        guard try (kept["versions"] as Int) <= Self.maximumVersions,
            try (kept["bytes"] as Int) <= max(Self.maximumVersionBytes, stored.document.bytes.count)
        else { throw ServiceError(.tooManyVersions) }
        try await requireSpace(of: stored.entityID)
    }

    /// Limits on kept forms: their number, checked before one is created, and the bytes of a society's forms with their
    /// versions, checked also when a form grows or is published.
    ///
    /// Two concurrent changes may both pass: the limits bound a few accounts' use and are not exact.
    private static let maximumOfSociety = 500
    private static let maximumSocietyBytes = 64 << 20
    /// The limit for a society that awaits moderation: anybody may found one, and its forms count toward the university's
    /// limit.
    private static let maximumOfPendingSociety = 10
    private static let maximumOfAuthor = 5_000
    private static let maximumOfUniversity = 100_000

    /// Refuses a form beyond the limit of its society, its author or its university.
    ///
    /// - Parameters:
    ///   - form: The new form.
    ///   - document: The form as stored JSON.
    ///   - tenant: Its university.
    ///   - isPending: Whether its society awaits moderation.
    /// - Throws: `QUOTA_EXCEEDED`.
    func requireRoom(for form: Form, _ document: FormDocument, tenant: UniversityID, isPending: Bool) async throws {
        if let entity = form.entityId {
            let limit = isPending ? Self.maximumOfPendingSociety : Self.maximumOfSociety
            let forms: Int = try await sql.one(
                """
                SELECT count(*) AS forms FROM (SELECT FROM forms WHERE entity_id = \(entity) LIMIT \(limit)) AS kept
                """
            )["forms"]
            guard forms < limit else {
                throw ServiceError(
                    .quotaExceeded,
                    isPending
                        ? "A society may have at most \(limit) forms until a moderator approves it."
                        : "The society has as many forms as it may have; delete one first."
                )
            }
            try await requireSpace(of: entity, adding: document.bytes.count)
        }
        let kept = try await sql.one(
            """
            SELECT (SELECT count(*) FROM (
                SELECT FROM forms WHERE created_by = \(form.createdBy) AND NOT is_orphaned
                LIMIT \(Self.maximumOfAuthor)
            ) AS own) AS own, (SELECT count(*) FROM (
                SELECT FROM forms WHERE tenant_id = \(tenant) LIMIT \(Self.maximumOfUniversity)
            ) AS all_of_tenant) AS whole
            """
        )
        guard try (kept["own"] as Int) < Self.maximumOfAuthor else {
            throw ServiceError(.quotaExceeded, "You have as many forms as you may have; delete one first.")
        }
        guard try (kept["whole"] as Int) < Self.maximumOfUniversity else {
            throw ServiceError(.quotaExceeded, "The university has as many forms as it may have; delete one first.")
        }
    }

    /// Requires that a society's forms stay within their limit in bytes, as PostgreSQL stores them.
    ///
    /// - Parameters:
    ///   - society: The society, or whatever else the forms belong to; a form of nothing has no such limit.
    ///   - bytes: The size of what is yet to be stored.
    /// - Throws: `QUOTA_EXCEEDED`.
    func requireSpace(of society: FormEntityID?, adding bytes: Int = 0) async throws {
        guard let society else { return }
        // Unlike a document's length, its stored size is known without reading it.
        let stored: Int = try await sql.one(
            """
            SELECT (
                SELECT coalesce(sum(pg_column_size(document)), 0) FROM forms WHERE entity_id = \(society)
            ) + (
                SELECT coalesce(sum(pg_column_size(kept.document)), 0)
                FROM forms JOIN form_versions AS kept ON kept.form_id = forms.id WHERE forms.entity_id = \(society)
            ) AS bytes
            """
        )["bytes"]
        let limit = Self.maximumSocietyBytes
        guard stored + bytes <= limit else {
            throw ServiceError(
                .quotaExceeded,
                "The society's forms and their versions may take at most \(limit >> 20) MiB; delete a form first."
            )
        }
    }

    /// Returns published versions, newest first.
    ///
    /// - Parameters:
    ///   - id: The form.
    ///   - version: The newest version.
    ///   - limit: The maximum number; each may be as large as a whole form.
    /// - Returns: At most about a megabyte of them, since each running export holds them in memory, but always one if
    ///   there is any.
    /// - Throws: Errors of PostgreSQL.
    func versions(of id: FormID, upTo version: Int, limit: Int) async throws -> [(version: Int, FormDocument)] {
        let newest: SQL = """
            SELECT version, document, octet_length(document::text) AS row_bytes FROM form_versions
            WHERE form_id = \(id) AND version <= \(Int32(clamping: version)) ORDER BY version DESC LIMIT \(limit)
            """
        return try await sql.query(newest.first(bytes: 1 << 20, by: "version DESC")).map {
            (Int(try $0["version"] as Int32), try $0["document"])
        }
    }

    /// A version that was published once.
    func versionDocument(_ version: Int, of id: FormID) async throws -> FormDocument? {
        try await sql.first(
            "SELECT document FROM form_versions WHERE form_id = \(id) AND version = \(Int32(clamping: version))"
        ).map { try $0["document"] }
    }
}
