import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing
import Tokens

@testable import Auth

@Suite("Refreshing sessions")
struct RefreshTests {
    @Test("A refresh token is spent for a new pair of the same session")
    func rotation() async throws {
        try await withAuth { auth in
            let first = try await auth.register()
            let second = try await auth.refresh(first.refreshToken).value
            #expect(second.refreshToken != nil && second.refreshToken != first.refreshToken)
            #expect(try await auth.user(second).session == auth.user(first).session)
            let third = try await auth.refresh(second.refreshToken).value
            #expect(third.user == first.user)
            #expect(try await auth.list(auth.user(third)).count == 1)
        }
    }

    @Test("Eight refreshes side by side all get the same successor")
    func parallelRefreshes() async throws {
        try await withAuth { auth in
            let first = try await auth.register()
            let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 { group.addTask { try await auth.refresh(first.refreshToken).value.refreshToken } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(tokens).count == 1)
            _ = try await auth.refresh(tokens.first ?? nil)
        }
    }

    @Test("A spent token that comes back after the grace ends the session")
    func reuseAfterGrace() async throws {
        try await withAuth { auth in
            let first = try await auth.register()
            let second = try await auth.refresh(first.refreshToken).value
            auth.clock.advance(by: RefreshDecision.grace + .seconds(1))
            #expect(try await refusal { try await auth.refresh(first.refreshToken) } == .tokenReused)
            #expect(try await refusal { try await auth.refresh(second.refreshToken) } == .unauthorized)
            let session = try #require(try await auth.user(first).session)
            #expect(try await auth.revocations().revocations.map(\.sessionId) == [session])
            #expect(try await auth.events() == [SessionRevoked(sessionId: session, userId: first.user.id)])
        }
    }

    @Test("The grace ends at once when the successor has been used")
    func reuseAfterSuccessor() async throws {
        try await withAuth { auth in
            let first = try await auth.register()
            let second = try await auth.refresh(first.refreshToken).value
            #expect(try await auth.refresh(first.refreshToken).value.refreshToken == second.refreshToken)
            let third = try await auth.refresh(second.refreshToken).value
            #expect(try await refusal { try await auth.refresh(first.refreshToken) } == .tokenReused)
            #expect(try await refusal { try await auth.refresh(third.refreshToken) } == .unauthorized)
        }
    }

    @Test("What never was a token, and one of a session that ended or expired, is refused")
    func invalidTokens() async throws {
        try await withAuth { auth in
            #expect(try await refusal { try await auth.refresh("made up") } == .unauthorized)
            let ended = try await auth.register()
            try await auth.logOut(auth.user(ended))
            #expect(try await refusal { try await auth.refresh(ended.refreshToken) } == .unauthorized)
            let unused = try await auth.register()
            auth.clock.advance(by: auth.settings.refreshTokenTTL)
            #expect(try await refusal { try await auth.refresh(unused.refreshToken) } == .unauthorized)
        }
    }

    @Test("A session ends, however often it is used")
    func absoluteEnd() async throws {
        try await withAuth(environment: ["SESSION_LIFETIME": "86400", "REFRESH_TOKEN_TTL": "36000"]) { auth in
            var signedIn = try await auth.register()
            for _ in 0..<2 {
                auth.clock.advance(by: .seconds(35_000))
                signedIn = try await auth.refresh(signedIn.refreshToken).value
            }
            auth.clock.advance(by: .seconds(86_400 - 70_000 - 60))
            signedIn = try await auth.refresh(signedIn.refreshToken).value
            let user = try await auth.user(signedIn)
            #expect(user.id == signedIn.user.id)
            auth.clock.advance(by: .seconds(60))
            #expect(try await refusal { try await auth.refresh(signedIn.refreshToken) } == .unauthorized)
            auth.clock.advance(by: .seconds(60))
            await #expect(throws: (any Error).self, "the access token ended with the session") {
                try await auth.user(signedIn)
            }
        }
    }

    @Test("Endless refreshing leaves a bounded number of tokens")
    func boundedTokens() async throws {
        try await withAuth { auth in
            let signedIn = try await auth.register()
            let session = try #require(try await auth.user(signedIn).session)
            func count() async throws -> Int {
                try await auth.superuser {
                    try await $0.one("SELECT count(*) FROM auth.refresh_tokens", scope: .none)[0]
                }
            }
            try await auth.superuser { database in
                try await database.execute(
                    """
                    INSERT INTO auth.refresh_tokens (hash, session_id, spent_at, successor, sealed_successor)
                    SELECT decode(lpad(to_hex(n), 8, '0'), 'hex'), \(session), now() - make_interval(secs => n), '', ''
                    FROM generate_series(1, 3100) AS n
                    """,
                    scope: .none
                )
                try await database.execute("UPDATE auth.sessions SET refreshes = 99", scope: .none)
            }
            #expect(try await count() == 3_101)
            let next = try await auth.refresh(signedIn.refreshToken).value
            #expect(try await count() == 3_001)
            _ = try await auth.refresh(next.refreshToken)
            #expect(try await count() == 3_002)
        }
    }

    @Test("A CSRF token belongs to one session and its access tokens, and no client chooses it")
    func csrfTokens() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            func cookies(_ reply: SignedInReply) -> [String: String] {
                let pairs = reply.headers.filter { $0.0 == "set-cookie" }.map { header in
                    header.1.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
                }
                return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") })
            }
            let reply = try await auth.logIn(email, cookie: true)
            let first = cookies(reply)
            let token = try #require(first["csrf_token"])
            let claims = try await auth.claims(try #require(first["access_token"]))
            #expect(claims.csrfHash == AccessTokenClaims.csrfHash(of: token) && reply.value.csrfToken == token)
            #expect(try await cookies(auth.logIn(email, cookie: true))["csrf_token"] != token, "another session")
            let chosen = "refresh_token=\(first["refresh_token"] ?? ""); csrf_token=chosen-by-someone-else"
            #expect(try await cookies(auth.refresh(nil, cookie: chosen))["csrf_token"] == token)
            let bearer = try #require(try await auth.logIn(email).value.accessToken)
            #expect(try await auth.claims(bearer).csrfHash == nil)
        }
    }

    @Test("Nothing in the database is a token")
    func storedHashes() async throws {
        try await withAuth { auth in
            let first = try await auth.register()
            let second = try await auth.refresh(first.refreshToken).value
            let dump: [String] = try await auth.lab.query(
                "SELECT refresh_tokens::text || encode(sealed_successor, 'escape') FROM auth.refresh_tokens"
            ).map { try $0[0] ?? "" }
            let tokens = try [first, second].map { try #require($0.refreshToken) }
            #expect(!dump.isEmpty && dump.allSatisfy { row in tokens.allSatisfy { !row.contains($0) } })
        }
    }

    @Test("A successor opens for the token before it and for no other", arguments: Seed.batch(100))
    func sealedSuccessors(seed: Seed) throws {
        let secret = RefreshSecret()
        let successor = RefreshSecret()
        let sealed = try secret.seal(successor)
        #expect(try secret.open(sealed) == successor)
        #expect(throws: (any Error).self) { try successor.open(sealed) }
        var random = seed.generator
        var damaged = sealed
        damaged[Int.random(in: 0..<sealed.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
        #expect(throws: (any Error).self) { try secret.open(damaged) }
    }

    @Test("A spent token is unknown once it has been removed, and its session goes on")
    func removal() async throws {
        try await withAuth { auth in
            let first = try await auth.register()
            let second = try await auth.refresh(first.refreshToken).value
            try await auth.lab.execute("UPDATE auth.refresh_tokens SET spent_at = spent_at - interval '31 days'")
            let retention = Retention(
                of: authTables(auth.settings),
                in: auth.database.database,
                metrics: Metrics(),
                logger: .silent
            )
            _ = await retention.round()
            #expect(try await refusal { try await auth.refresh(first.refreshToken) } == .unauthorized)
            _ = try await auth.refresh(second.refreshToken)
        }
    }
}
