import Logging
import Postgres

extension Database {
    /// Makes sure that row-level security applies to the role that this database is used as.
    ///
    /// A database that is starting lets nobody in yet, so this waits for it for half a minute.
    ///
    /// - Parameters:
    ///   - schema: The schema that the role works in and must not own.
    ///   - logger: Logs the waiting.
    /// - Throws: `UnsuitableRole`, or the `PostgresError` that remains after half a minute.
    func requireLoginRole(in schema: String, logger: Logger) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                let row = try await one(
                    """
                    SELECT rolname::text AS role, rolsuper OR rolbypassrls OR EXISTS (
                        SELECT FROM pg_namespace WHERE nspname = \(schema) AND pg_has_role(nspowner, 'USAGE')
                    ) AS is_exempt FROM pg_roles WHERE rolname = current_user
                    """,
                    scope: .none
                )
                let role: String = try row["role"]
                let isExempt: Bool = try row["is_exempt"]
                if isExempt { throw UnsuitableRole(role: role, schema: schema) }
                return
            } catch let error as PostgresError where error.isTransient && .now < deadline {
                logger.warning("Waiting for the database", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }
}

/// A role that a daemon logged in as and that row-level security does not apply to.
struct UnsuitableRole: Error, CustomStringConvertible {
    let role: String
    let schema: String

    var description: String {
        """
        Row-level security does not apply to the role "\(role)", which owns the schema "\(schema)", is a superuser or \
        has BYPASSRLS: log in as the service's role "\(schema)" in POSTGRES_URL; only POSTGRES_MIGRATION_URL names \
        the owner
        """
    }
}
