import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing
import Tokens

@testable import Auth

@Suite("Signing keys")
struct SigningKeyTests {
    @Test("Replicas that start at once agree on one key")
    func agreement() async throws {
        try await withTestDatabase(services: [TestService("auth", migrations: serviceKitMigrations + authMigrations)]) {
            testDatabase in
            try await withDatabase(testDatabase.configuration(for: "auth")) { database in
                let ids = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            let settings = AuthSettings(testing: [:])
                            return try await SigningKeys(database: database, settings: settings, logger: .silent)
                                .current().id
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(ids).count == 1)
            }
        }
    }

    @Test("A key that was encrypted with another key stops the service, and says why")
    func otherEncryptionKey() async throws {
        try await withAuth { auth in
            let other = AuthSettings(testing: ["AUTH_KEY_ENCRYPTION_KEY": String(repeating: "00", count: 32)])
            await #expect(throws: SigningKeyError.sealedOtherwise) {
                try await SigningKeys(database: auth.database.database, settings: other, logger: .silent)
            }
            #expect("\(SigningKeyError.sealedOtherwise)".contains("AUTH_KEY_ENCRYPTION_KEY"))
        }
    }

    @Test("No private key lies in the database")
    func sealedAtRest() async throws {
        try await withAuth { auth in
            let stored: [UInt8] = try await auth.superuser {
                try await $0.one("SELECT sealed_private_key FROM auth.signing_keys", scope: .none)[0]
            }
            let key = try auth.keys.current().privateKey
            #expect(stored.count > key.count)
            #expect(!stored.indices.dropLast(key.count - 1).contains { stored[$0..<$0 + key.count].elementsEqual(key) })
        }
    }

    @Test("A new key is published before it signs, and the old one until its last token has expired")
    func rotation() async throws {
        try await withAuth(environment: ["SIGNING_KEY_LIFETIME": "86400"]) { auth in
            let first = try auth.keys.current().id
            let signedIn = try await auth.register()
            auth.clock.advance(by: auth.settings.signingKeyLifetime - .seconds(299))
            try await auth.keys.reload()
            #expect(auth.keys.published().count == 2)
            #expect(try auth.keys.current().id == first)
            auth.clock.advance(by: .seconds(300))
            let second = try auth.keys.current().id
            #expect(second != first)
            #expect(auth.keys.published().map(\.kid) == [first, second], "tokens of the first are in use")
            _ = try await auth.user(auth.refresh(signedIn.refreshToken).value)
            auth.clock.advance(by: auth.settings.accessTokenTTL + .seconds(301))
            try await auth.keys.reload()
            #expect(auth.keys.published().map(\.kid) == [second])
        }
    }

    @Test("At any moment one key signs, it is published, and it was published before", arguments: Seed.batch(100))
    func ring(seed: Seed) throws {
        var random = seed.generator
        let schedule = SigningKeyRing<Int>.Schedule(
            lifetime: .seconds(Int.random(in: 3_600...1_000_000, using: &random)),
            announcement: .seconds(300),
            retention: .seconds(Int.random(in: 330...4_000, using: &random))
        )
        var now = Timestamp(microseconds: 0)
        var entries: [SigningKeyRing<Int>.Entry] = []
        var publishedBefore: [Int: Timestamp] = [:]
        for _ in 0..<300 {
            var ring = SigningKeyRing(entries: entries, schedule: schedule)
            if let due = ring.due(at: now) {
                #expect(due.generation == entries.count + 1)
                entries.append(.init(generation: due.generation, signsFrom: due.signsFrom, key: due.generation))
                ring = SigningKeyRing(entries: entries, schedule: schedule)
            }
            let current = try #require(ring.current(at: now))
            let published = ring.published(at: now).map(\.generation)
            #expect(published.contains(current.generation) && published == published.sorted())
            for generation in published where publishedBefore[generation] == nil { publishedBefore[generation] = now }
            if current.generation > 1 {
                #expect(try now - #require(publishedBefore[current.generation]) >= .seconds(240))
            }
            now = now + .seconds(Int.random(in: 1...60, using: &random))
            if Int.random(in: 0..<20, using: &random) == 0 {
                now = now + .seconds(Int.random(in: 0...200, using: &random))
            }
        }
    }

    @Test("Without its key the service says which variable is missing")
    func missingVariable() {
        let settings = Settings(environment: ["ACCESS_TOKEN_TTL": "soon"])
        _ = AuthSettings(settings)
        #expect(settings.faults.count == 2)
        #expect(settings.faults[0].hasPrefix("AUTH_KEY_ENCRYPTION_KEY is missing"))
        #expect(settings.faults[1].hasPrefix("ACCESS_TOKEN_TTL is \"soon\""))
    }
}
