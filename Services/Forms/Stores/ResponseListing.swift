import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// A page of a form's responses together with the form's own row, read at once: who may see them is in the form's row,
/// and two statements would cost a round trip more.
struct ResponseListing {
    let form: StoredForm
    let page: Page<FormResponse>

    /// Reads a form's row without its document, to check access.
    ///
    /// - Returns: The form, or `nil` if it doesn't exist.
    static func form(_ id: FormID, _ sql: ScopedDatabase) async throws -> StoredForm? {
        try await sql.first(
            "SELECT \(raw: formColumns) FROM forms AS form WHERE form.id = \(id)",
            as: StoredForm.self
        )
    }

    /// - Returns: `nil` where there is no form.
    static func read(_ request: ListResponses, _ sql: ScopedDatabase) async throws -> ResponseListing? {
        let isDescending = request.sort?.isDescending ?? true
        let keyset = try Keyset(
            "submitted_at",
            as: .time,
            descending: isDescending,
            page: request.page,
            bytes: ResponseStore.bytes
        )
        let part = keyset.select(responseColumns, "FROM form_responses WHERE form_id = form.id")
        let order = isDescending ? "DESC" : "ASC"
        let rows = try await sql.query(
            """
            SELECT \(raw: formColumns), intake.responses, response.*
            FROM forms AS form JOIN form_intake AS intake ON intake.form_id = form.id
            LEFT JOIN LATERAL (\(part)) AS response ON true
            WHERE form.id = \(request.id)
            ORDER BY response.keyset_key \(raw: order), response.keyset_id \(raw: order)
            """
        )
        guard let first = rows.first else { return nil }
        let hasResponses = try (first["response_id"] as FormResponseID?) != nil
        return ResponseListing(
            form: try StoredForm(row: first),
            page: try keyset.page(reading: hasResponses ? rows[...] : rows[..<0], total: try first["responses"]) {
                (listed: ListedResponse) in listed.response
            }
        )
    }

    // The document is not read: a page of twenty would bring it twenty times.
    private static let formColumns = """
        form.id, form.tenant_id, form.entity_type, form.entity_id, form.status, form.is_public, form.version,
        form.revision, form.created_by, form.registration_of, form.was_anonymous,
        coalesce(form.settings -> 'anonymous' = 'true', false) AS is_anonymous, '{}'::json AS document
        """

    private static let responseColumns = """
        id AS response_id, form_version, user_id, answers, payment_status, submitted_at, completion_seconds
        """
}

/// A response as stored in a row that also holds its form.
private struct ListedResponse: PostgresRowDecodable {
    let response: FormResponse

    init(row: PostgresRow) throws {
        response = FormResponse(
            id: try row["response_id"],
            formId: try row["id"],
            formVersion: Int(try row["form_version"] as Int32),
            userId: try row["user_id"],
            answers: try row["answers"],
            paymentStatus: try row["payment_status"],
            submittedAt: try row["submitted_at"],
            completionTime: try row["completion_seconds"]
        )
    }
}
