import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// Every statement that names the tables of an anonymous form's participants.
struct ParticipantStore {
    let sql: any SQLExecutor

    func secret(_ form: FormID) async throws -> [UInt8]? {
        try await sql.first("SELECT secret FROM form_participant_secrets WHERE form_id = \(form)")
            .map { try $0["secret"] }
    }

    /// Gives the form a secret, unless a concurrent request has done it.
    ///
    /// - Returns: The form's secret.
    func insertSecret(_ secret: [UInt8], _ form: FormID, _ tenant: UniversityID) async throws -> [UInt8] {
        try await sql.execute(
            """
            INSERT INTO form_participant_secrets (form_id, tenant_id, secret) VALUES (\(form), \(tenant), \(secret))
            ON CONFLICT (form_id) DO NOTHING
            """
        )
        return try await self.secret(form) ?? secret
    }

    /// Returns the latest participants' hashes; `nil` if there are none.
    func recent(_ form: FormID) async throws -> [UInt8]? {
        try await sql.first("SELECT hashes FROM form_recent_participants WHERE form_id = \(form)")
            .map { try $0["hashes"] }
    }

    func putRecent(_ hashes: [UInt8], _ form: FormID, _ tenant: UniversityID) async throws {
        try await sql.execute(
            """
            INSERT INTO form_recent_participants (form_id, tenant_id, hashes) VALUES (\(form), \(tenant), \(hashes))
            ON CONFLICT (form_id) DO UPDATE SET hashes = excluded.hashes
            """
        )
    }

    func contains(_ hash: [UInt8], _ form: FormID) async throws -> Bool {
        try await sql.first(
            "SELECT 1 FROM form_participant_hashes WHERE form_id = \(form) AND hash = \(hash)"
        ) != nil
    }

    /// Adds rows in the order of the hashes.
    ///
    /// - Parameters:
    ///   - hashes: The concatenated hashes.
    ///   - size: The number of bytes of each.
    ///   - form: The answered form.
    ///   - tenant: The form's tenant.
    /// - Throws: `PostgresError`.
    func insert(_ hashes: [UInt8], each size: Int, _ form: FormID, _ tenant: UniversityID) async throws {
        try await sql.execute(
            """
            INSERT INTO form_participant_hashes (form_id, hash, tenant_id)
            SELECT \(form), substring(\(hashes)::bytea FROM start FOR \(Int32(size))), \(tenant)
            FROM generate_series(1, \(Int32(hashes.count)), \(Int32(size))) AS start
            """
        )
    }

    /// Tells whether the person has a response with their name.
    func hasNamedResponse(_ form: FormID, _ user: UserID) async throws -> Bool {
        try await sql.first(
            "SELECT 1 FROM form_responses WHERE form_id = \(form) AND user_id = \(user) LIMIT 1"
        ) != nil
    }

    func hasClear(_ form: FormID, _ user: UserID) async throws -> Bool {
        try await sql.first(
            "SELECT 1 FROM form_participants WHERE form_id = \(form) AND user_id = \(user)"
        ) != nil
    }

    /// Removes and returns participants that earlier releases stored in plain text.
    func takeClear(_ form: FormID) async throws -> [UserID] {
        try await sql.query("DELETE FROM form_participants WHERE form_id = \(form) RETURNING user_id")
            .map { try $0["user_id"] }
    }

    /// Removes a person from the participants that earlier releases stored in plain text.
    func erase(of user: UserID) async throws {
        try await sql.execute("DELETE FROM form_participants WHERE user_id = \(user)")
    }
}
