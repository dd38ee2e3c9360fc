import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("Ending sessions")
struct SessionTests {
    @Test("Signing out ends all sessions, or only the one that asks")
    func scopes() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let first = try await auth.register(email)
            let second = try await auth.logIn(email).value
            let third = try await auth.logIn(email).value
            try await auth.logOut(auth.user(second), .current)
            #expect(try await refusal { try await auth.refresh(second.refreshToken) } == .unauthorized)
            #expect(try await auth.list(auth.user(first)).count == 2)
            try await auth.logOut(auth.user(first))
            for signedIn in [first, third] {
                #expect(try await refusal { try await auth.refresh(signedIn.refreshToken) } == .unauthorized)
            }
            #expect(try await auth.list(auth.user(first)).isEmpty)
            try await auth.logOut(auth.user(first))
            #expect(try await auth.events().count == 3, "each ends once")
        }
    }

    @Test("The list says which session asks, from where each is used, and lets its owner end one")
    func listing() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let first = try await auth.user(auth.register(email))
            auth.clock.advance(by: .seconds(1))
            let second = try await auth.user(auth.logIn(email, from: "198.51.100.7").value)
            let sessions = try await auth.list(second)
            #expect(sessions.map(\.id) == [second.session, first.session])
            #expect(sessions.map(\.current) == [true, false])
            #expect(sessions.map(\.ipAddress) == ["198.51.100.7", "192.0.2.1"])
            #expect(sessions.allSatisfy { $0.userAgent == "Tests/1.0" })
            let stranger = try await auth.user(auth.register())
            let session = try #require(first.session)
            #expect(try await refusal { try await auth.end(session, by: stranger) } == .notFound)
            try await auth.end(session, by: second)
            #expect(try await refusal { try await auth.end(session, by: second) } == .notFound)
            #expect(try await auth.list(second).map(\.id) == [second.session])
        }
    }

    @Test("The list can be sorted and walked")
    func walking() async throws {
        try await withAuth { auth in
            let user = try await auth.insertUser()
            var sessions: [SessionID] = []
            for _ in 0..<7 {
                auth.clock.advance(by: .seconds(-1))
                sessions.append(try #require(try await auth.user(auth.openSession(of: user)).session))
            }
            let caller = RequestContext.User(id: user.id, tenant: nil, session: nil, role: "student", permissions: [])
            for sort in ["createdAt", "-createdAt", "lastUsedAt", "-lastUsedAt"] {
                var seen: [SessionID] = []
                var cursor: PageCursor?
                repeat {
                    let request = ListSessions(
                        page: PageRequest(limit: 3, cursor: cursor),
                        sort: try Sort.read(.string(sort))
                    )
                    let page = try await auth.call(request, as: caller)
                    #expect(page.pagination.total == 7)
                    seen += page.items.map(\.id)
                    cursor = page.pagination.nextCursor
                } while cursor != nil && seen.count < 100
                #expect(seen == (sort.hasPrefix("-") ? sessions : sessions.reversed()), "\(sort)")
            }
        }
    }

    @Test("An account has a bounded number of sessions; one more ends the least recently used")
    func boundedSessions() async throws {
        try await withAuth { auth in
            let user = try await auth.insertUser()
            let first = try await auth.openSession(of: user)
            auth.clock.advance(by: .seconds(1))
            let second = try await auth.openSession(of: user)
            auth.clock.advance(by: .seconds(1))
            let used = try await auth.refresh(first.refreshToken).value
            for _ in 0..<SessionIssuer.maximumSessions - 2 { _ = try await auth.openSession(of: user) }
            #expect(try await auth.list(auth.user(used)).count == SessionIssuer.maximumSessions)
            #expect(try await auth.events().isEmpty)
            _ = try await auth.openSession(of: user)
            let ended = try #require(try await auth.user(second).session)
            #expect(try await auth.events() == [SessionRevoked(sessionId: ended, userId: user.id)])
            _ = try await auth.refresh(used.refreshToken)
        }
    }

    @Test(
        "Whoever loses an account, a university or a role loses sessions and keys with it, by whatever statement",
        arguments: [
            ("is_active = false", true), ("deleted_at = now()", true), ("tenant_id = gen_random_uuid()", true),
            ("role = 'moderator'", true), ("role = 'student'", true), ("role = 'platform-admin'", false),
            ("name = 'Grace'", false), ("is_active = true", false),
        ]
    )
    func losses(change: String, isLoss: Bool) async throws {
        try await withAuth { auth in
            let admin = try await auth.visitor(.admin, at: UniversityID())
            let bystander = try await auth.visitor(.admin, at: UniversityID())
            let key = try await auth.createKey(by: admin)
            try await auth.superuser {
                try await $0.execute("UPDATE auth.users SET \(raw: change) WHERE id = \(admin.id)", scope: .none)
            }
            let ended = try await auth.revocations().revocations.map(\.sessionId)
            let session = try #require(admin.session)
            #expect(Set(ended) == (isLoss ? [session, key.id.cast()] : []))
            #expect(try await auth.list(bystander).count == 1)
        }
    }

    // **Feature: rovierr-platform-foundation, Property 14: Session Invalidation Consistency**
    @Test("After a sign-out no session of the user lives on, and every other user's does")
    func signOutEndsAllSessions() async throws {
        try await withAuth { auth in
            var position: Int64?
            for seed in Seed.batch(100) {
                var random = seed.generator
                let user = try await auth.insertUser()
                let other = try await auth.insertUser()
                var live: [SignedIn] = []
                var spent: [SignedIn] = []
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    var signedIn = try await auth.openSession(of: user)
                    for _ in 0..<Int.random(in: 0...2, using: &random) {
                        spent.append(signedIn)
                        signedIn = try await auth.refresh(signedIn.refreshToken).value
                    }
                    live.append(signedIn)
                }
                let bystander = try await auth.openSession(of: other)

                let caller = try #require(live.randomElement(using: &random))
                try await auth.logOut(auth.user(caller))

                for signedIn in live {
                    #expect(
                        try await refusal { try await auth.refresh(signedIn.refreshToken) } == .unauthorized,
                        "\(seed)"
                    )
                }
                for signedIn in spent {
                    #expect(try await refusal { try await auth.refresh(signedIn.refreshToken) } != nil, "\(seed)")
                }
                let revoked = try await auth.revocations(since: position)
                position = revoked.position
                var ended: Set<SessionID> = []
                for signedIn in live { ended.insert(try #require(try await auth.user(signedIn).session)) }
                #expect(Set(revoked.revocations.map(\.sessionId)).isSuperset(of: ended), "\(seed)")
                let survivor = try #require(try await auth.user(bystander).session)
                #expect(!revoked.revocations.map(\.sessionId).contains(survivor), "\(seed)")
                _ = try await auth.refresh(bystander.refreshToken)
            }
        }
    }

    @Test("Pages of revocations list each session once, whatever the page size", arguments: 1...4)
    func revocationPages(size: Int) async throws {
        try await withAuth { auth in
            #expect(try await auth.revocations(pageSize: size).next == nil)
            var sessions: Set<SessionID> = []
            for _ in 0..<6 {
                let user = try await auth.user(auth.register())
                sessions.insert(try #require(user.session))
                try await auth.logOut(user)
            }
            var (told, next): ([SessionID], SessionID?) = ([], nil)
            repeat {
                let page = try await auth.revocations(after: next, pageSize: size)
                #expect(page.revocations.count <= size)
                told += page.revocations.map(\.sessionId)
                next = page.next
            } while next != nil && told.count < 20
            #expect(told.count == 6 && Set(told) == sessions)
        }
    }

    @Test("Gateways can read each page of thousands of revocations")
    func manyRevocations() async throws {
        try await withAuth { auth in
            try await auth.logOut(auth.user(auth.register()))
            try await auth.lab.execute(
                """
                INSERT INTO auth.sessions (id, tenant_id, user_id, ip_address, user_agent, created_at, last_used_at,
                    expires_at, revoked_at, revoked_in)
                SELECT gen_random_uuid(), tenant_id, user_id, ip_address, user_agent, created_at, last_used_at,
                    expires_at, revoked_at, revoked_in
                FROM auth.sessions, generate_series(1, 2500)
                """
            )
            var (told, next): (Set<SessionID>, SessionID?) = ([], nil)
            repeat {
                let page = try await auth.revocations(after: next)
                let received = try Revocations.read(body: page.body(trimmedTo: nil))
                told.formUnion(received.revocations.map(\.sessionId))
                next = received.next
            } while next != nil
            #expect(told.count == 2_501)
        }
    }

    @Test("Whoever reads the list of ended sessions piece by piece misses none, however late one commits")
    func revocationsAreComplete() async throws {
        try await withAuth { auth in
            let user = try await auth.insertUser()
            var sessions: [SessionID] = []
            for _ in 0..<60 { sessions.append(try #require(try await auth.user(auth.openSession(of: user)).session)) }
            let caller = RequestContext.User(id: user.id, tenant: nil, session: nil, role: "student", permissions: [])
            // A transaction that has ended a session but not committed yet, while others come and go.
            let late = sessions.removeLast()
            var position: Int64?
            var seen: Set<SessionID> = []
            func read() async throws {
                let revocations = try await auth.revocations(since: position)
                position = revocations.position
                seen.formUnion(revocations.revocations.map(\.sessionId))
            }
            try await auth.database.transaction(auth.context(), scope: .platform) { transaction in
                try await transaction.endSessions(late, of: user.id, tenant: nil)
                for session in sessions {
                    try await auth.end(session, by: caller)
                    try await read()
                    _ = try await transaction.query("SELECT 1")  // it would be undone if it asked for nothing
                }
                #expect(!seen.contains(late))
            }
            try await read()
            #expect(seen == Set(sessions + [late]))
            try await read()
            let afterRestore = try await auth.revocations(since: (position ?? 0) + 1_000_000)
            #expect(afterRestore.revocations.count == 60, "a position of the future is none")
        }
    }
}

extension AuthLab {
    /// An account without the time that a password takes.
    func insertUser(
        at university: UniversityID? = nil,
        role: Role = .student,
        name: String = "Ada"
    ) async throws -> User {
        let new = NewUser(
            email: Self.address(),
            name: try #require(Name(name)),
            role: role,
            tenant: university,
            passwordHash: "none"
        )
        return try await UserStore(sql: database.scoped(to: new.scope)).insert(new)
    }

    func openSession(of user: User) async throws -> SignedIn {
        try await database.transaction(context(), scope: user.scope) { transaction in
            try await sessions.open(for: user, context(), in: transaction).value
        }
    }

    /// Someone of that role, signed in, without the time that a password takes.
    func visitor(_ role: Role = .student, at university: UniversityID? = nil) async throws -> RequestContext.User {
        try await user(openSession(of: insertUser(at: university, role: role)))
    }
}
