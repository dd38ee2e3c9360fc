import Postgres
import TestKit
import Testing

@Suite("Releases with different migrations", .timeLimit(.minutes(10))) struct MigrationReleaseTests {
    /// Release N: the service's own steps and ServiceKit's.
    private let present = [
        Self.table("0001_halls"), Self.table("0002_rooms"), Self.table("9001_events"), Self.table("9002_replies"),
    ]
    /// The step that release N+1 adds to the service's own.
    private let own = Self.table("0003_seats")
    /// The step that it adds to ServiceKit's.
    private let shared = Self.table("9003_cursors")

    private static func table(_ name: String) -> Migration {
        let table = name.dropFirst("0000_".count)
        return Migration(name, up: "CREATE TABLE \(table) (id bigint PRIMARY KEY);", down: "DROP TABLE \(table);")
    }

    @Test(
        "A release starts on the schema of a newer one, which can go back",
        arguments: [(true, false), (false, true), (true, true)]
    )
    func newerSchema(addsOwn: Bool, addsShared: Bool) async throws {
        try await withHalls { test async throws in
            let newer = test.hallsMigrator(present + (addsOwn ? [own] : []) + (addsShared ? [shared] : []))
            try await newer.up()

            let log = LogLines()
            let older = test.hallsMigrator(present, log)
            #expect(try await older.isCurrent())
            #expect(try await older.up() == [])
            let notice = log.entries(with: "notice: The schema has migrations of a newer release")
            #expect(notice.count == 2)
            #expect(notice.allSatisfy { $0.contains(own.name) == addsOwn && $0.contains(shared.name) == addsShared })
            if addsOwn { #expect(await postgresError { try await older.down(to: 0) }?.kind == .migration) }
            if addsShared { #expect(await postgresError { try await older.down(to: 9000) }?.kind == .migration) }

            #expect(try await newer.down(to: 2) == (addsOwn ? [own.name] : []))
            #expect(try await newer.down(to: 9002) == (addsShared ? [shared.name] : []))
            #expect(try await older.status().allSatisfy { $0.appliedAt != nil })
            #expect(try await older.up() == [])
            #expect(log.entries(with: "newer release").count == 2)
        }
    }

    @Test("A service's own steps are undone without ServiceKit's, and the other way around")
    func separateSeries() async throws {
        try await withHalls { test async throws in
            let migrator = test.hallsMigrator(present)
            try await migrator.up()
            #expect(try await migrator.down(to: 1) == ["0002_rooms"])
            #expect(try await migrator.down(to: 9000) == ["9002_replies", "9001_events"])
            #expect(try await migrator.status().filter { $0.appliedAt != nil }.map(\.name) == ["0001_halls"])
            #expect(try await migrator.up() == ["0002_rooms", "9001_events", "9002_replies"])
        }
    }

    @Test("A gap among the steps of either series is refused", arguments: ["0002_rooms", "9002_replies"])
    func gaps(missing: String) async throws {
        try await withHalls { test async throws in
            let all = present + [own, shared]
            let some = all.filter { $0.name != missing }
            try await test.hallsMigrator(some).up()
            let leftOut = await postgresError { try await test.hallsMigrator(all).up() }
            #expect(leftOut?.kind == .migration && leftOut?.message.contains(missing) == true)
        }
        try await withHalls { test async throws in
            let all = present + [own, shared]
            try await test.hallsMigrator(all).up()
            let unknown = await postgresError { try await test.hallsMigrator(all.filter { $0.name != missing }).up() }
            #expect(unknown?.kind == .migration && unknown?.message.contains(missing) == true)
        }
    }

    @Test("A step of either series that was edited is refused", arguments: ["0002_rooms", "9001_events"])
    func edited(name: String) async throws {
        try await withHalls { test async throws in
            try await test.hallsMigrator(present + [own, shared]).up()
            let edited = present.map { step in
                step.name == name ? Migration(step.name, up: step.up + " ", down: step.down) : step
            }
            let error = await postgresError { try await test.hallsMigrator(edited).isCurrent() }
            #expect(error?.kind == .migration && error?.message.contains(name) == true)
        }
    }
}
