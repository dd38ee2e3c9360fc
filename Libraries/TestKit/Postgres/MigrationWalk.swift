public import Postgres

/// Goes up and down a service's migrations at random, and sees whether every way ends in the schema that one run makes.
///
/// In one database, one way after the other: side by side they would need as many connections.
///
/// - Parameters:
///   - service: The service, which is its schema's name.
///   - migrations: All of them, in order.
///   - seeds: One for each way.
/// - Returns: What first went otherwise, with its seed; `nil` when nothing did.
/// - Throws: What PostgreSQL has against a migration.
public func migrationFault(
    of service: String,
    _ migrations: [Migration],
    seeds: [Seed] = Seed.batch(100)
) async throws -> String? {
    try await withTestDatabase(services: [TestService(service, migrations: migrations)]) { database in
        let migrator = database.migrator(of: service, migrations)
        let expected = try await schemaFingerprint(of: service, in: database.superuserConfiguration)
        for seed in seeds {
            var random = seed.generator
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let kept = ([0, Migration.firstShared] + migrations.map(\.version)).randomElement(using: &random) ?? 0
                let series = Migration.series(of: kept)
                let undone = migrations.count { series.contains($0.version) && $0.version > kept }
                guard try await migrator.down(to: kept).count == undone else { return "\(seed): down to \(kept)" }
                guard try await migrator.up().count == undone else { return "\(seed): up from \(kept)" }
            }
            guard try await migrator.up().isEmpty else { return "\(seed): up once more" }
            let present = try await schemaFingerprint(of: service, in: database.superuserConfiguration)
            let differing = Set(present).symmetricDifference(expected)
            guard differing.isEmpty else { return "\(seed): \(differing.sorted())" }
        }
        return nil
    }
}
