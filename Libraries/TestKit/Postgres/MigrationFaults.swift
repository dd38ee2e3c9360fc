import Logging
public import Postgres
import ServiceKit

/// Goes down and up a service's migrations a hundred times, each time from another place, in one database.
///
/// - Parameters:
///   - schema: The service's.
///   - own: Its migrations, beside those that every service has.
/// - Returns: A line for each way that ended in another schema than a single run, or did not run what it had to.
/// - Throws: What PostgreSQL has against a migration.
public func migrationFaults(of schema: String, _ own: [Migration]) async throws -> [String] {
    let migrations = serviceKitMigrations + own
    return try await withTestDatabase(services: [TestService(schema, migrations: migrations)]) { database in
        let migrator = Migrator(
            configuration: database.ownerConfiguration(for: schema),
            schema: schema,
            migrations: migrations,
            logger: Logger(label: "migrations") { _ in SwiftLogNoOpLogHandler() }
        )
        let expected = try await schemaFingerprint(of: schema, in: database.superuserConfiguration)
        var faults: [String] = []
        for seed in Seed.batch(100) {
            var random = seed.generator
            let kept = Int.random(in: 0...own.count, using: &random)
            let undone = migrations.count { $0.version > kept }
            let counts = try await [migrator.down(to: kept).count, migrator.up().count, migrator.up().count]
            let present = try await schemaFingerprint(of: schema, in: database.superuserConfiguration)
            if counts != [undone, undone, 0] {
                faults.append("\(seed): down, up and up again ran \(counts) of \(undone)")
            }
            if present != expected { faults.append("\(seed): another schema after going down to \(kept)") }
        }
        return faults
    }
}
