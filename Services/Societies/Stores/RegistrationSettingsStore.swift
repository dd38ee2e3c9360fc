import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Every statement that names the `registration_settings` table.
struct RegistrationSettingsStore {
    let sql: any SQLExecutor

    func find(_ society: SocietyID) async throws -> RegistrationSettings? {
        try await sql.first(
            "SELECT \(raw: Self.columns) FROM registration_settings WHERE society_id = \(society)",
            as: RegistrationSettings.self
        )
    }

    func put(_ new: ConfigureRegistration, of society: Society) async throws -> RegistrationSettings {
        try await sql.one(
            """
            INSERT INTO registration_settings (society_id, tenant_id, \(raw: Self.columns))
            VALUES (\(society.id), \(society.universityId), \(new.formId), \(new.opensAt), \(new.closesAt), \
            \(new.requiresApproval ?? true), \(new.capacity), \(new.fee?.amountMinor), \(new.fee?.currency), \
            clock_timestamp())
            ON CONFLICT (society_id) DO UPDATE SET form_id = excluded.form_id, opens_at = excluded.opens_at, \
            closes_at = excluded.closes_at, requires_approval = excluded.requires_approval, \
            capacity = excluded.capacity, fee_minor = excluded.fee_minor, fee_currency = excluded.fee_currency, \
            updated_at = excluded.updated_at
            RETURNING \(raw: Self.columns)
            """,
            as: RegistrationSettings.self
        )
    }

    private static let columns = """
        form_id, opens_at, closes_at, requires_approval, capacity, fee_minor, fee_currency, updated_at
        """
}
