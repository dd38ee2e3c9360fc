import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// A page of a form's responses together with the form's own row, read at once: who may see them is in the form's row,
/// and two statements would cost a round trip more.
struct ResponseListing {
    let form: StoredForm
    let page: Page<FormResponse>

    /// - Returns: `nil` where there is no form.
    static func read(_ request: ListResponses, _ sql: ScopedDatabase) async throws -> ResponseListing? {
        let isDescending = request.sort?.isDescending ?? true
        let order = isDescending ? "DESC" : "ASC"
        let keyset = try Keyset("submitted_at", as: .time, descending: isDescending, page: request.page)
        let rows = try await sql.query(
            """
            SELECT \(raw: formColumns), intake.responses, \(raw: responseColumns)
            FROM forms AS form JOIN form_intake AS intake ON intake.form_id = form.id
            LEFT JOIN LATERAL (
                SELECT \(raw: StoredResponse.columns) FROM form_responses
                WHERE form_id = form.id AND \(keyset.condition) \(keyset.order)
            ) AS response ON true
            WHERE form.id = \(request.id)
            ORDER BY response.submitted_at \(raw: order), response.id \(raw: order)
            """
        )
        guard let first = rows.first else { return nil }
        let hasResponses = try (first["response_id"] as FormResponseID?) != nil
        let responses = try hasResponses ? rows.map { try FormResponse(listed: $0, of: request.id) } : []
        return ResponseListing(
            form: try StoredForm(row: first),
            page: keyset.page(responses, total: try first["responses"]) { PageCursor($0.submittedAt, $0.id) }
        )
    }

    // The document is not read: a page of twenty would bring it twenty times.
    private static let formColumns = """
        form.id, form.tenant_id, form.entity_type, form.entity_id, form.status, form.is_public, form.version,
        form.revision, form.created_by, '{}'::json AS document
        """

    private static let responseColumns = """
        response.id AS response_id, response.form_version, response.user_id, response.answers,
        response.payment_status, response.submitted_at, response.completion_seconds
        """
}

extension FormResponse {
    fileprivate init(listed row: PostgresRow, of form: FormID) throws {
        self.init(
            id: try row["response_id"],
            formId: form,
            formVersion: Int(try row["form_version"] as Int32),
            userId: try row["user_id"],
            answers: try row["answers"],
            paymentStatus: try row["payment_status"],
            submittedAt: try row["submitted_at"],
            completionTime: try row["completion_seconds"]
        )
    }
}
