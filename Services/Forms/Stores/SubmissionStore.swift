import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Every statement that names the `form_submissions` table.
struct SubmissionStore {
    let sql: any SQLExecutor

    enum State {
        case unknown
        case submitted(FormResponseID)
        case withdrawn
    }

    func state(of key: SubmissionKey) async throws -> State {
        guard
            let row = try await sql.first(
                "SELECT response_id FROM form_submissions WHERE submission_key = \(key)"
            )
        else { return .unknown }
        let response: FormResponseID? = try row["response_id"]
        return response.map(State.submitted) ?? .withdrawn
    }

    /// - Throws: `PostgresError` with `isRepeatedSubmission` where the key was used or withdrawn before.
    func insert(_ key: SubmissionKey, response: FormResponseID, tenant: UniversityID) async throws {
        try await sql.execute(
            """
            INSERT INTO form_submissions (submission_key, tenant_id, response_id)
            VALUES (\(key), \(tenant), \(response))
            """
        )
    }

    /// Withdraws the key; a submission that holds it at this moment is waited for.
    ///
    /// Lock order: the form's intake first, then the submission, as when a form is deleted with its responses.
    ///
    /// - Returns: The response that was made under it, which the caller has to delete.
    func withdraw(_ key: SubmissionKey, tenant: UniversityID) async throws -> FormResponseID? {
        let isUnused =
            try await sql.execute(
                """
                INSERT INTO form_submissions (submission_key, tenant_id, withdrawn_at)
                VALUES (\(key), \(tenant), now()) ON CONFLICT (submission_key) DO NOTHING
                """
            ) == 1
        guard !isUnused else { return nil }
        try await sql.execute(
            """
            SELECT FROM form_intake WHERE form_id = (
                SELECT form_id FROM form_submissions JOIN form_responses ON form_responses.id = response_id
                WHERE form_submissions.submission_key = \(key)
            ) FOR UPDATE
            """
        )
        let row = try await sql.first(
            "SELECT response_id FROM form_submissions WHERE submission_key = \(key) FOR UPDATE"
        )
        let response: FormResponseID? = try row?["response_id"]
        guard let response else { return nil }
        try await sql.execute(
            """
            UPDATE form_submissions SET response_id = NULL, withdrawn_at = now() WHERE submission_key = \(key)
            """
        )
        return response
    }
}

extension PostgresError {
    /// Whether another submission, or its withdrawal, used the key before.
    var isRepeatedSubmission: Bool { isUniqueViolation && constraint == "form_submissions_pkey" }
}
