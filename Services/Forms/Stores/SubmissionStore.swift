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
    /// - Returns: The response that was made under it, which the caller has to delete.
    func withdraw(_ key: SubmissionKey, tenant: UniversityID) async throws -> FormResponseID? {
        try await sql.execute(
            """
            INSERT INTO form_submissions (submission_key, tenant_id, withdrawn_at) VALUES (\(key), \(tenant), now())
            ON CONFLICT (submission_key) DO NOTHING
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
