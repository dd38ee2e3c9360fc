import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Migrations of societies", .timeLimit(.minutes(10)))
struct MigrationTests {
    // **Feature: rovierr-platform-foundation, Property 11: Database Migration Idempotency**
    @Test("Property 11: any way up and down the migrations ends in the same schema")
    func property11() async throws {
        #expect(try await migrationFault(of: "societies", serviceKitMigrations + societiesMigrations) == nil)
    }

    @Test("Registration forms chosen before forms knew of them are announced each time the migration runs")
    func registrationForms() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            var chosen: [RegistrationFormChosen] = []
            for name in ["Chess Society", "Go Society", "Gone Society"] {
                let society = try await societies.activeSociety(name, by: president)
                let form = try await societies.configure(society.id, by: president).formId
                guard name != "Gone Society" else {
                    let request = DeleteSociety(id: society.id)
                    try await societies.call(request, as: president)
                    continue
                }
                chosen.append(
                    RegistrationFormChosen(
                        societyId: society.id,
                        universityId: societies.university,
                        formId: form
                    )
                )
            }
            _ = try await societies.activeSociety("Without Registration", by: president)
            let migrator = societies.testDatabase.migrator(of: "societies", serviceKitMigrations + societiesMigrations)
            for _ in 0..<2 {
                try await societies.execute("DELETE FROM societies.outbox")
                _ = try await migrator.down(to: 3)
                _ = try await migrator.up()
                let events = try await societies.superuser { database in
                    try await database.query(
                        "SELECT type, aggregate, tenant_id, version, data FROM societies.outbox",
                        scope: .none
                    ).map { row in
                        #expect(try row["type"] == RegistrationFormChosen.type && row["version"] as Int32 == 1)
                        #expect(try row["tenant_id"] == societies.university)
                        let event = (try row["data"] as Stored<RegistrationFormChosen>).value
                        #expect(try row["aggregate"] == event.aggregate)
                        return event
                    }
                }
                #expect(events.count == 2 && chosen.allSatisfy(events.contains))
            }
        }
    }

    @Test("Slugs of deleted societies that were never active become free")
    func slugsOfDeletedSocieties() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let deleted = [
                try await societies.found("Never Active", by: president),
                try await societies.activeSociety("Active Once", by: president),
            ]
            let kept = try await societies.found("Waiting", by: president)
            for society in deleted {
                try await societies.call(DeleteSociety(id: society.id), as: president)
            }
            let migrator = societies.testDatabase.migrator(of: "societies", serviceKitMigrations + societiesMigrations)
            _ = try await migrator.down(to: 4)
            let holders: Set<SocietyID> = try await societies.superuser { database in
                // As releases before left them.
                try await database.execute("UPDATE societies.societies SET holds_slug = true", scope: .none)
                _ = try await migrator.up()
                return Set(
                    try await database.query("SELECT id FROM societies.societies WHERE holds_slug", scope: .none)
                        .map { try $0["id"] as SocietyID }
                )
            }
            #expect(holders == [deleted[1].id, kept.id])
        }
    }

    @Test("Withdrawn registrations without an end are dated, and no others")
    func withdrawals() async throws {
        try await withSocieties { societies in
            let (president, withdrawer, waiting) = (societies.student(), societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president).id
            try await societies.configure(society, by: president)
            for person in [withdrawer, waiting] { _ = try await societies.register(society, by: person) }
            try await societies.withdraw(society, by: withdrawer)
            #expect(try await societies.ownRegistration(society, by: withdrawer).decidedAt != nil)
            let migrator = societies.testDatabase.migrator(of: "societies", serviceKitMigrations + societiesMigrations)
            _ = try await migrator.down(to: 17)
            try await societies.superuser { database in
                // As releases before left them.
                try await database.execute("UPDATE societies.registrations SET decided_at = NULL", scope: .none)
                _ = try await migrator.up()
            }
            #expect(try await societies.ownRegistration(society, by: withdrawer).decidedAt != nil)
            #expect(try await societies.ownRegistration(society, by: waiting).decidedAt == nil)
        }
    }
}
