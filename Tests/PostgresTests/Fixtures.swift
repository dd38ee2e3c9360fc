import Dispatch
import Logging
import Postgres
import TestKit

/// A tenant table with the project's policy, as a service would migrate it.
let notes = TestService(
    "notes",
    migrations: [
        Migration(
            "0001_create_notes",
            up: """
                CREATE TABLE notes (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    tenant_id uuid NOT NULL,
                    body text NOT NULL CONSTRAINT notes_body_is_not_empty CHECK (body <> ''),
                    CONSTRAINT notes_body_is_unique UNIQUE (tenant_id, body)
                );
                ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
                ALTER TABLE notes FORCE ROW LEVEL SECURITY;
                CREATE POLICY notes_tenant ON notes USING (current_setting('app.tenant', true) IN (tenant_id::text, '*'));
                CREATE TABLE counters (id bigint PRIMARY KEY, value bigint NOT NULL);
                """,
            down: "DROP TABLE counters; DROP TABLE notes;"
        )
    ]
)

let ada = PostgresUUID(high: 0x0191_0000_0000_7000, low: 0x8000_0000_0000_0001)
let bob = PostgresUUID(high: 0x0191_0000_0000_7000, low: 0x8000_0000_0000_0002)

let logger = Logger(label: "postgres-tests") { _ in SwiftLogNoOpLogHandler() }

/// Runs a test against a database of its own with the tables above, as the service's login role.
func withDatabase<R>(
    _ configure: (inout PostgresConfiguration) -> Void = { _ in },
    _ body: (Database) async throws -> R
) async throws -> R {
    try await withTestDatabase(services: [notes]) { test in
        var configuration = test.configuration(for: "notes")
        configure(&configuration)
        return try await with(Database(configuration: configuration, logger: logger), body)
    }
}

/// Closes a database whatever happens.
func with<R>(_ database: Database, _ body: (Database) async throws -> R) async throws -> R {
    do {
        let result = try await body(database)
        await database.close()
        return result
    } catch {
        await database.close()
        throw error
    }
}

/// The error that `body` throws, if it is ours.
func postgresError<R>(_ body: () async throws -> R) async -> PostgresError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Runs blocking work outside of the tasks' threads.
func offPool(_ body: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            body()
            continuation.resume()
        }
    }
}
