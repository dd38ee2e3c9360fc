import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// A response on its way into its table.
struct NewResponse: Sendable {
    let response: FormResponse
    let form: PublishedForm
    /// Who answers; kept with the response unless the form is anonymous.
    let respondent: UserID
    let submissionKey: SubmissionKey?

    var isAnonymous: Bool { form.settings.anonymous.value }
    /// Tells whether it must be the person's only response to the form.
    var isOnly: Bool { !isAnonymous && form.settings.oneResponsePerUser.value }
    /// Tells whether the person may have given their only response while the form was anonymous.
    var mayHaveAnsweredAnonymously: Bool { isOnly && form.wasAnonymous }
    /// Tells whether the person's total size of responses must be checked.
    var isLarge: Bool { !isAnonymous && response.answers.bytes.count > 8_192 }
    /// The bytes that the response adds to its form's total: its answers, and its row with index entries.
    var weight: Int { response.answers.bytes.count + ResponseStore.rowBytes }
}

/// Every statement that names the `form_responses` table.
struct ResponseStore {
    let sql: any SQLExecutor

    /// The approximate size of a row without its answers, in bytes.
    fileprivate static let rowBytes = 256
    /// The storage quota of a form's responses, in bytes.
    private static let maximumBytes = 256 << 20
    /// The total in bytes above which each person's share is limited, so that no single person can fill the form.
    private static let sharedBytes = 64 << 20
    /// The number of shares in the remaining storage then, of which a person may have one, so that a few cannot fill it.
    private static let remainingShares = 64
    /// The size in bytes that a share has at least.
    private static let leastPersonalBytes = 64 << 10
    /// The limit on one person's responses to one form, in bytes.
    private static let maximumPersonalBytes = 8 << 20
    /// The minimum size at which each response counts toward that limit, so that few rows need summing.
    private static let minimumPersonalBytes = 2_048

    /// Takes a place on the form, and keeps the response and its event, in one statement.
    ///
    /// The intake row decides: it must be at the revision that the answers were checked against, and within the limits
    /// on responses and bytes. Otherwise `form_id` is null, and its NOT NULL constraint fails the whole statement. Then
    /// a trigger requires that the person has no response yet if the form takes one of each.
    ///
    /// - Parameters:
    ///   - new: The response.
    ///   - event: The statement that keeps its event.
    ///   - earlierBytes: The size of the person's earlier responses to an anonymous form, which no table knows; `nil`
    ///     to sum the stored ones.
    /// - Throws: `PostgresError` with `isIntakeRefusal`, or a violation of `form_responses_one_per_user`.
    func insert(_ new: NewResponse, event: SQL, earlierBytes: Int? = nil) async throws {
        let response = new.response
        let form = new.form
        let limit = form.settings.maxResponses?.value
        let own: SQL = if let earlierBytes { "\(earlierBytes)" } else { Self.own(new) }
        try await sql.execute(
            """
            WITH place AS (
                UPDATE form_intake
                SET responses = responses + 1, bytes = bytes + \(new.weight),
                    answered_version = greatest(answered_version, \(Int32(response.formVersion)))
                WHERE form_id = \(form.id) AND revision = \(form.revision)
                    AND (\(limit)::bigint IS NULL OR responses < \(limit))
                    AND bytes <= \(Self.maximumBytes - new.weight)
                    AND (bytes <= \(Self.sharedBytes) OR (\(own)) + \(new.weight)
                        <= greatest(\(Self.leastPersonalBytes), (\(Self.maximumBytes) - bytes) / \(Self.remainingShares)))
                RETURNING form_id, is_recounting
            ), event AS (\(event))
            INSERT INTO form_responses (id, form_id, tenant_id, form_version, user_id, is_only, answers,
                answers_bytes, payment_status, submitted_at, completion_seconds, submission_key, may_be_recounted)
            VALUES (\(response.id), (SELECT form_id FROM place), \(form.tenant), \(Int32(response.formVersion)),
                \(response.userId), \(new.isOnly), \(response.answers),
                \(Int32(response.answers.bytes.count)), \(response.paymentStatus), \(response.submittedAt), \(response.completionTime), \(new.submissionKey),
                (SELECT is_recounting FROM place))
            """
        )
    }

    /// Limits the total size of a person's responses to one form, including the new one, to 8 MiB; each counts as at
    /// least 2 KiB.
    ///
    /// - Throws: `QUOTA_EXCEEDED`.
    func requireRoom(for new: NewResponse) async throws {
        let row = try await sql.one("SELECT (\(Self.own(new))) AS bytes")
        guard try (row["bytes"] as Int) <= Self.maximumPersonalBytes else { throw ServiceError(.quotaExceeded) }
    }

    /// Sums the sizes of the person's responses to the form, stopping beyond the limit; anonymous ones don't count.
    private static func own(_ new: NewResponse) -> SQL {
        """
        SELECT coalesce(sum(own.bytes), 0)::bigint FROM (
            SELECT greatest(\(raw: bytes), \(minimumPersonalBytes)) AS bytes FROM form_responses
            WHERE user_id = \(new.response.userId) AND form_id = \(new.form.id)
            LIMIT \(maximumPersonalBytes / minimumPersonalBytes + 1)
        ) AS own
        """
    }

    /// Tells whether a form that refused a response is within its limit on responses, but not its limits on bytes.
    func isLaden(_ new: NewResponse) async throws -> Bool {
        let limit = new.form.settings.maxResponses?.value
        let bytes = min(Self.sharedBytes, Self.maximumBytes - new.weight)
        let intake = try await sql.first(
            """
            SELECT bytes > \(bytes) AND (\(limit)::bigint IS NULL OR responses < \(limit)) AS is_laden
            FROM form_intake WHERE form_id = \(new.form.id)
            """
        )
        guard let intake else { return false }
        return try intake["is_laden"]
    }

    /// Tells whether a response has these answers, regardless of their encoding.
    func hasAnswers(_ answers: RawJSON, _ id: FormResponseID) async throws -> Bool {
        try await sql.one("SELECT answers = \(answers) AS is_same FROM form_responses WHERE id = \(id)")["is_same"]
    }

    func find(_ id: FormResponseID, of form: FormID) async throws -> StoredResponse? {
        try await sql.first(
            """
            SELECT \(raw: StoredResponse.columns) FROM form_responses WHERE id = \(id) AND form_id = \(form)
            """,
            as: StoredResponse.self
        )
    }

    /// Returns a page of responses in order of submission.
    func page(_ page: PageRequest, of form: FormID, maximumBytes: Int) async throws -> Page<FormResponse> {
        let keyset = try Keyset(
            "submitted_at",
            as: .time,
            descending: false,
            page: page,
            bytes: Self.bytes,
            maximumBytes: maximumBytes
        )
        let matching: SQL = "FROM form_responses WHERE form_id = \(form)"
        return try await keyset.read(StoredResponse.columns, matching, from: sql, total: 0) {
            (stored: StoredResponse) in stored.response
        }
    }

    /// SQL expression for a response's size in a list.
    static let bytes = "coalesce(answers_bytes, octet_length(answers::text))"

    /// Deletes a response with the profile updates that wait on it, and frees its place.
    ///
    /// - Returns: `true` if there was one.
    @discardableResult
    func delete(_ id: FormResponseID) async throws -> Bool {
        // The intake row first, as a submission does, so that neither waits for the other in a circle.
        guard
            let row = try await sql.first(
                """
                SELECT form_id FROM form_intake
                WHERE form_id = (SELECT form_id FROM form_responses WHERE id = \(id)) FOR UPDATE
                """
            )
        else { return false }
        let form: FormID = try row["form_id"]
        // Of two concurrent deletions, the one that waited for the lock finds nothing and must not count.
        guard
            let response = try await sql.first(
                "DELETE FROM form_responses WHERE id = \(id) RETURNING answers, \(raw: Self.bytes) AS row_bytes"
            )
        else { return false }
        let weight = Int(try response["row_bytes"] as Int32) + Self.rowBytes
        try await sql.execute(
            """
            UPDATE form_intake SET responses = responses - 1, bytes = greatest(0, bytes - \(weight))
            WHERE form_id = \(form)
            """
        )
        let answers: RawJSON = try response["answers"]
        try await OptionCounterStore(sql: sql).release(answers, of: form)
        try await sql.execute("DELETE FROM profile_updates WHERE response_id = \(id) AND status = 'pending'")
        return true
    }

    /// Deletes a person's responses to all forms and frees their places, in a constant number of statements.
    ///
    /// Profile updates that wait on the responses are the person's own, and are deleted with them by
    /// `ProfileUpdateStore`.
    func erase(of user: UserID) async throws {
        // The intake rows first, in one order always; then no response to these forms comes or goes meanwhile.
        let forms: [FormID] = try await sql.query(
            """
            SELECT form_id FROM form_intake
            WHERE form_id IN (SELECT form_id FROM form_responses WHERE user_id = \(user))
            ORDER BY form_id FOR UPDATE
            """
        ).map { try $0["form_id"] }
        guard !forms.isEmpty else { return }
        try await OptionCounterStore(sql: sql).release(of: user, in: forms)
        try await sql.execute(
            """
            WITH gone AS (
                DELETE FROM form_responses WHERE user_id = \(user) AND form_id = ANY(\(forms))
                RETURNING form_id, \(raw: Self.bytes) + \(Self.rowBytes) AS weight
            )
            UPDATE form_intake SET responses = form_intake.responses - lost.responses,
                bytes = greatest(0, form_intake.bytes - lost.bytes)
            FROM (
                SELECT form_id, count(*) AS responses, sum(weight)::bigint AS bytes FROM gone GROUP BY form_id
            ) AS lost
            WHERE form_intake.form_id = lost.form_id
            """
        )
    }
}

/// A response as its row holds it.
struct StoredResponse: Sendable, PostgresRowDecodable {
    let response: FormResponse
    let submissionKey: SubmissionKey?

    static let columns = """
        id, form_id, form_version, user_id, answers, payment_status, submitted_at, completion_seconds, submission_key
        """

    init(row: PostgresRow) throws {
        response = FormResponse(
            id: try row["id"],
            formId: try row["form_id"],
            formVersion: Int(try row["form_version"] as Int32),
            userId: try row["user_id"],
            answers: try row["answers"],
            paymentStatus: try row["payment_status"],
            submittedAt: try row["submitted_at"],
            completionTime: try row["completion_seconds"]
        )
        submissionKey = try row["submission_key"]
    }
}

extension PostgresError {
    /// `true` if a form would not take a response: not at this revision, or not one more.
    var isIntakeRefusal: Bool { isNotNullViolation && table == "form_responses" && column == "form_id" }

    /// `true` if the person has answered before.
    var isSecondResponse: Bool { isUniqueViolation && constraint == "form_responses_one_per_user" }

    /// Tells whether the response is already stored.
    var isRepeatedResponse: Bool { isUniqueViolation && constraint == "form_responses_pkey" }
}
