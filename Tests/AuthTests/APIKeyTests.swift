import Contracts
import Mesh
import OpenSSL
import Postgres
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts
@testable import ServiceKit

@Suite("API keys")
struct APIKeyTests {
    @Test("A key is shown once, stored as a hash, and acts for its owner within its scopes")
    func lifeOfAKey() async throws {
        try await withAuth { auth in
            let admin = try await auth.member(.admin)
            let key = try await auth.createKey(by: admin, scopes: ["academic:write", "forms:write"])
            #expect(key.key.text.hasPrefix(key.prefix) && key.prefix.hasPrefix("rov_") && key.key.text.count == 47)
            let listed = try await auth.keys(of: admin)
            #expect(listed.map(\.id) == [key.id] && listed.first?.lastUsedAt == nil)
            let dump = try await auth.superuser {
                try await $0.one("SELECT row_to_json(k)::text AS row FROM auth.api_keys k", scope: .none)["row"]
                    as String
            }
            #expect(!dump.contains(key.key.text.dropFirst(12)))

            let holder = try #require(try await auth.verify(key.key.text))
            #expect(holder.keyId == key.id && holder.userId == admin.id && holder.role == .student)
            #expect(holder.permissions == ["academic:write", "forms:write"])
            #expect(try await auth.keys(of: admin).first?.lastUsedAt == auth.clock.now())
            #expect(try await auth.verify(key.key.text + "x") == nil)
            #expect(try await auth.verify("") == nil)
        }
    }

    @Test("The time of its last use is kept to the minute")
    func lastUse() async throws {
        try await withAuth { auth in
            let user = try await auth.member(.student)
            let key = try await auth.createKey(by: user)
            let first = auth.clock.now()
            for _ in 0..<3 {
                _ = try await auth.verify(key.key.text)
                auth.clock.advance(by: .seconds(25))
            }
            #expect(try await auth.keys(of: user).first?.lastUsedAt == first)
            _ = try await auth.verify(key.key.text)
            #expect(try await auth.keys(of: user).first?.lastUsedAt == first + .seconds(75))
        }
    }

    @Test("Nobody gives a key what they do not have, nor an end that has passed")
    func limits() async throws {
        try await withAuth { auth in
            let student = try await auth.member(.student)
            let admin = try await auth.member(.admin)
            for (user, scope) in [(student, "forms:write"), (admin, "*:*"), (admin, "forms:*")] {
                #expect(try await refusal { try await auth.createKey(by: user, scopes: [scope]) } == .validation)
            }
            #expect(try await refusal { try await auth.createKey(by: student, expiresIn: .seconds(-1)) } == .validation)
            for _ in 0..<25 { try await auth.createKey(by: student) }
            #expect(try await refusal { try await auth.createKey(by: student) } == .tooManyAPIKeys)
        }
    }

    @Test("Short-lived keys count toward the limit for an hour, whether deleted or expired")
    func endedKeysCount() async throws {
        try await withAuth { auth in
            let student = try await auth.member(.student)
            for number in 0..<25 {
                let key = try await auth.createKey(by: student, expiresIn: .seconds(1))
                if number.isMultiple(of: 2) { try await auth.delete(key.id, by: student) }
                auth.clock.advance(by: .seconds(2))
            }
            #expect(try await refusal { try await auth.createKey(by: student) } == .tooManyAPIKeys)
            #expect(try await refusal { try await auth.createKey(by: auth.member(.student)) } == nil)
            auth.clock.advance(by: .seconds(3_600))
            #expect(try await refusal { try await auth.createKey(by: student) } == nil)
        }
    }

    @Test("An expired key, a deleted one and one whose owner may do less are worth nothing")
    func ends() async throws {
        try await withAuth { auth in
            let user = try await auth.member(.student)
            let expiring = try await auth.createKey(by: user, expiresIn: .seconds(60))
            #expect(try await auth.verify(expiring.key.text)?.expiresAt == expiring.expiresAt)
            auth.clock.advance(by: .seconds(60))
            #expect(try await auth.verify(expiring.key.text) == nil)

            let position = try await auth.revocations().position
            let key = try await auth.createKey(by: user)
            let stranger = try await auth.member(.student)
            #expect(try await refusal { try await auth.delete(key.id, by: stranger) } == .notFound)
            try await auth.delete(key.id, by: user)
            #expect(try await auth.verify(key.key.text) == nil)
            #expect(try await refusal { try await auth.delete(key.id, by: user) } == .notFound)
            #expect(try await auth.revocations(since: position).revocations.map(\.sessionId) == [key.id.cast()])
            #expect(try await auth.events().map(\.sessionId).contains(key.id.cast()))

            let root = try await auth.member(.platformAdmin)
            let admin = try await auth.member(.admin)
            let powerful = try await auth.createKey(by: admin, scopes: ["users:write"])
            _ = try await auth.setRole(.student, of: admin.id, by: root)
            #expect(try await auth.verify(powerful.key.text) == nil)
        }
    }

    @Test("An expired key is announced once, told to gateways that ask later, and still listed")
    func expiry() async throws {
        try await withAuth { auth in
            let user = try await auth.member(.student)
            let key = try await auth.createKey(by: user, expiresIn: .seconds(60))
            let lasting = try await auth.createKey(by: user, expiresIn: .seconds(600))
            let keys = ExpiringKeys(database: auth.database, logger: .silent)
            let position = try await auth.revocations().position
            func announced() async throws -> Int {
                try await auth.events().count { $0.sessionId == key.id.cast() && $0.userId == user.id }
            }
            try await keys.announce(at: auth.clock.now() + .seconds(59))
            #expect(try await announced() == 0)
            for _ in 0..<2 { try await keys.announce(at: auth.clock.now() + .seconds(60)) }
            #expect(try await announced() == 1)
            #expect(try await auth.revocations(since: position).revocations.map(\.sessionId) == [key.id.cast()])
            #expect(Set(try await auth.keys(of: user).map(\.id)) == [key.id, lasting.id])
        }
    }

    @Test("A key makes no keys and ends none but itself")
    func noEscalation() async throws {
        try await withAuth { auth in
            let admin = try await auth.member(.admin)
            let key = try await auth.createKey(by: admin, scopes: ["users:read"])
            let other = try await auth.createKey(by: admin)
            let program = RequestContext.User(
                id: admin.id,
                tenant: admin.tenant,
                session: key.id.cast(),
                role: "student",
                permissions: ["users:read"]
            )
            #expect(try await refusal { try await auth.createKey(by: program) } == .forbidden)
            #expect(try await refusal { try await auth.delete(other.id, by: program) } == .forbidden)
            #expect(try await refusal { try await auth.logOut(program) } == .forbidden)
            let session = try #require(admin.session)
            #expect(try await refusal { try await auth.end(session, by: program) } == .forbidden)
            try await auth.delete(key.id, by: program)
            #expect(try await auth.verify(key.key.text) == nil)
        }
    }

    @Test("A key without scopes reads its owner's account and public data, and a scope adds what it names")
    func scopes() async throws {
        try await withAuth { auth in
            let student = try await auth.visitor(at: UniversityID())
            func program(_ scopes: [String]) async throws -> RequestContext.User {
                let key = try await auth.createKey(by: student, scopes: scopes)
                let holder = try #require(try await auth.verify(key.key.text))
                #expect(holder.permissions.map(\.text) == scopes && holder.role == .student)
                return RequestContext.User(
                    id: holder.userId,
                    tenant: holder.tenantId,
                    session: holder.keyId.cast(),
                    role: holder.role.rawValue,
                    permissions: holder.permissions,
                    credential: .apiKey
                )
            }
            let profile = ReplaceProfile(fields: ProfileFields())
            let session = try #require(student.session)
            let plain = try await program([])
            #expect(try await auth.send(GetOwnUser(), as: plain).status == 200)
            #expect(try await auth.send(ListKeys(), as: plain).status == 200)
            for status in [
                try await auth.send(GetProfile(), as: plain).status, try await auth.send(profile, as: plain).status,
                try await auth.send(ListSessions(), as: plain).status,
                try await auth.send(ListAPIKeys(), as: plain).status,
                try await auth.send(GetUser(id: student.id), as: plain).status,
                try await auth.send(LogOut(), as: plain).status,
                try await auth.send(EndSession(id: session), as: plain).status,
            ] { #expect(status == 403) }

            let reader = try await program(["profile:read", "sessions:read"])
            #expect(try await auth.send(GetProfile(), as: reader).status == 200)
            #expect(try await auth.send(ListSessions(), as: reader).status == 200)
            #expect(try await auth.send(profile, as: reader).status == 403)
            let writer = try await program(["profile:write"])
            #expect(try await auth.send(profile, as: writer).status == 200)
            #expect(try await auth.send(GetProfile(), as: writer).status == 200)
            #expect(try await auth.send(ListSessions(), as: writer).status == 403)
            let whole = try await program(AccountScope.catalogue.map(\.text))
            #expect(try await auth.send(LogOut(), as: whole).status == 403)
            let change = ChangePassword(
                currentPassword: GivenPassword(unchecked: "x"),
                newPassword: NewPassword(unchecked: "four larches nine owls")
            )
            #expect(try await auth.send(change, as: whole).status == 403)
            #expect(try await auth.send(CreateAPIKey(name: try #require(Name("More"))), as: whole).status == 403)
        }
    }

    @Test("Every operation for signed-in users takes a session, or an existing scope")
    func everyOperation() {
        let known = AccountScope.catalogue + [AccountScope.ofEveryKey] + Role.admin.permissions
        for contract in authAPI.operations.map({ $0.contract }) where contract.access == .user {
            #expect(contract.needsSession || contract.scope.map(known.contains) == true, "\(contract.name)")
            #expect(contract.admitsKey(with: []) == (contract.name == GetOwnUser.contract.name))
            #expect(contract.admitsKey(with: ["*:*"]) == !contract.needsSession)
        }
    }

    @Test("No scope of the catalogue is a permission of a role, so no key gains one through it")
    func catalogue() {
        for role in Role.allCases where role != .platformAdmin {
            for scope in AccountScope.catalogue {
                #expect(!role.permissions.contains { $0.covers(scope) }, "\(role) \(scope)")
            }
            #expect(role.limited(to: AccountScope.catalogue) == .student)
        }
        #expect(Set(AccountScope.catalogue).count == AccountScope.catalogue.count)
    }

    @Test("A new password and signing out everywhere end all keys, and signing out here ends none")
    func endsWithThePassword() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            func keys(_ user: RequestContext.User) async throws -> [CreatedAPIKey] {
                [try await auth.createKey(by: user), try await auth.createKey(by: user, scopes: ["profile:write"])]
            }
            func ended() async throws -> Set<SessionID> {
                Set(try await auth.revocations().revocations.map(\.sessionId))
            }
            let user = try await auth.user(auth.register(email))
            let first = try await keys(user)
            try await auth.changePassword(user, to: "four larches nine owls")
            for key in first { #expect(try await auth.verify(key.key.text) == nil) }
            #expect(try await ended().isSuperset(of: first.map { $0.id.cast() }))

            let again = try await auth.user(auth.logIn(email, password: "four larches nine owls").value)
            let other = try await auth.user(auth.logIn(email, password: "four larches nine owls").value)
            let second = try await keys(again)
            try await auth.logOut(other, .current)
            for key in second { #expect(try await auth.verify(key.key.text) != nil) }
            try await auth.logOut(again)
            for key in second { #expect(try await auth.verify(key.key.text) == nil) }
            #expect(try await ended().isSuperset(of: second.map { $0.id.cast() }))
            let events = try await auth.events().map(\.sessionId)
            #expect(Set(events).isSuperset(of: (first + second).map { $0.id.cast() }))
        }
    }

    @Test("Reading one key gives no right to end another")
    func preconditions() async throws {
        try await withAuth { auth in
            let user = try await auth.visitor()
            let key = try await auth.createKey(by: user)
            let etag = try #require(key.headers.first { $0.0 == "etag" }?.1)
            func delete(_ precondition: String) async throws -> ErrorCode? {
                try await refusal { try await auth.call(DeleteAPIKey(id: key.id), as: user, ifMatch: precondition) }
            }
            #expect(try await delete("\"1\"") == .preconditionFailed)
            #expect(try await delete(etag) == nil)
            #expect(try await delete(etag) == .notFound)
        }
    }

    @Test("A key never does more than its scopes nor its owner, whatever the roles", arguments: Seed.batch(100))
    func bounds(seed: Seed) throws {
        var random = seed.generator
        let owner = try #require(Role.allCases.randomElement(using: &random))
        let known: [Permission] = [
            "academic:write", "forms:write", "id-patterns:write", "societies:moderate", "users:read", "users:write",
            "*:*", "forms:*",
        ]
        let scopes = known.filter { _ in Bool.random(using: &random) }
        let permissions = owner.permissions(within: scopes)
        let role = owner.limited(to: permissions)
        #expect(permissions.allSatisfy(scopes.contains), "\(seed)")
        #expect(permissions.allSatisfy { needed in owner.permissions.contains { $0.covers(needed) } }, "\(seed)")
        #expect(owner.includes(role), "\(seed)")
        let covered = role.permissions.allSatisfy { needed in permissions.contains { $0.covers(needed) } }
        #expect(covered, "\(seed)")
    }
}

extension AuthLab {
    @discardableResult
    func createKey(
        by user: RequestContext.User,
        scopes: [String] = [],
        expiresIn time: Duration? = nil
    ) async throws -> CreatedAPIKey {
        let request = CreateAPIKey(
            name: try #require(Name("Import")),
            scopes: BoundedList(scopes.map(Permission.init(unchecked:))),
            expiresAt: time.map { clock.now() + $0 }
        )
        return try await call(request, as: user).value
    }

    fileprivate func keys(of user: RequestContext.User) async throws -> [APIKey] {
        try await call(ListAPIKeys(), as: user).items
    }

    fileprivate func delete(_ id: APIKeyID, by user: RequestContext.User) async throws {
        try await call(DeleteAPIKey(id: id), as: user)
    }

    /// - Returns: `nil` for a key that is worth nothing.
    func verify(_ key: String) async throws -> APIKeyHolder? {
        let hash = Text<43, 43>(unchecked: Base64URL.encode(SHA256.hash(Array(key.utf8))))
        do {
            return try await call(VerifyAPIKey(hash: hash))
        } catch let error as ServiceError where error.code == .unauthorized {
            return nil
        }
    }
}
