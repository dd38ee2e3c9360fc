import Contracts
import FormsContracts
import Logging
import Postgres
import ServiceKit

/// A page of a form's responses together with the form's own row, read at once: who may see them is in the form's row,
/// and two statements would cost a round trip more.
struct ResponseListing {
    let form: StoredForm
    let page: Page<FormResponse>

    /// A part of the list ends before it, unless its first response alone is larger.
    private static let maximumBytes = 4 << 20

    /// The bytes of a response's answers, roughly.
    ///
    /// Writing them out to count them costs as much as reading the response. Those that are small as they lie in the table
    /// stay so: a hundred of them take at most 1.2 MB, escapes included.
    private static let size = """
        CASE WHEN pg_column_size(answers) < 2000 AND pg_column_compression(answers) IS NULL
        THEN pg_column_size(answers) ELSE octet_length(answers::text) END
        """

    /// - Returns: `nil` where there is no form.
    static func read(
        _ request: ListResponses,
        _ sql: ScopedDatabase,
        _ logger: Logger
    ) async throws
        -> ResponseListing?
    {
        let isDescending = request.sort?.isDescending ?? true
        let order = isDescending ? "DESC" : "ASC"
        let keyset = try Keyset("submitted_at", as: .time, descending: isDescending, page: request.page)
        // The answers of what is beyond the limit stay in the database: a hundred may have 100 MB.
        let rows = try await sql.query(
            """
            SELECT \(raw: formColumns), intake.responses, \(raw: responseColumns)
            FROM forms AS form JOIN form_intake AS intake ON intake.form_id = form.id
            LEFT JOIN LATERAL (
                SELECT *, sum(\(raw: size)) OVER (
                    ORDER BY submitted_at \(raw: order), id \(raw: order) ROWS UNBOUNDED PRECEDING
                ) AS bytes, row_number() OVER (ORDER BY submitted_at \(raw: order), id \(raw: order)) AS place
                FROM (
                    SELECT \(raw: StoredResponse.columns) FROM form_responses
                    WHERE form_id = form.id AND \(keyset.condition) \(keyset.order)
                ) AS part
            ) AS response ON true
            WHERE form.id = \(request.id)
            ORDER BY response.submitted_at \(raw: order), response.id \(raw: order)
            """
        )
        guard let first = rows.first else { return nil }
        let hasResponses = try (first["response_id"] as FormResponseID?) != nil
        let listed = hasResponses ? Array(rows) : []
        let fitting = try listed.prefix(request.page.size).prefix { try $0["fits"] }
        let responses = fitting.compactMap { FormResponse(listed: $0, of: request.id, logger) }
        let next = fitting.count < listed.count ? try fitting.last.map(cursor) : nil
        let total: Int = try first["responses"]
        return ResponseListing(
            form: try StoredForm(row: first),
            page: Page(responses, request: request.page, total: total, next: next)
        )
    }

    private static func cursor(_ row: PostgresRow) throws -> PageCursor {
        PageCursor(try row["submitted_at"] as Timestamp, try row["response_id"] as FormResponseID)
    }

    // The document is not read: a page of twenty would bring it twenty times.
    private static let formColumns = """
        form.id, form.tenant_id, form.entity_type, form.entity_id, form.status, form.is_public, form.version,
        form.revision, form.created_by, form.registration_of, form.was_anonymous, '{}'::json AS document
        """

    private static let responseColumns = """
        response.id AS response_id, response.form_version, response.user_id,
        response.bytes <= \(maximumBytes) OR response.place = 1 AS fits,
        CASE WHEN response.bytes <= \(maximumBytes) OR response.place = 1 THEN response.answers END AS answers,
        response.payment_status, response.submitted_at, response.completion_seconds
        """
}

extension FormResponse {
    /// `nil` for a row that can't be read, which is logged.
    fileprivate init?(listed row: PostgresRow, of form: FormID, _ logger: Logger) {
        do {
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
        } catch {
            logger.error("A stored row cannot be read", metadata: ["form.id": "\(form)", "error": "\(error)"])
            return nil
        }
    }
}
