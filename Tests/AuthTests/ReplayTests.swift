import Contracts
import Mesh
import Postgres
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts
@testable import ServiceKit

/// Checks that calls that give out secrets or end something run every time, whatever their `Idempotency-Key`.
@Suite("Retrying with the same Idempotency-Key")
struct ReplayTests {
    private static let key = "the same key"

    @Test("A login under the old password is refused, and each login begins a session")
    func logins() async throws {
        try await withAuth { auth in
            let email = TestAuth.address()
            let user = try await auth.user(auth.register(email))
            let request = LogIn(email: email, password: GivenPassword(unchecked: TestAuth.password))
            let first = await auth.dispatch(request, as: nil, idempotencyKey: Self.key)
            let second = await auth.dispatch(request, as: nil, idempotencyKey: Self.key)
            #expect(first.status == 200 && second.status == 200 && first.body != second.body)
            try await auth.changePassword(user, to: "four larches nine owls")
            #expect(await auth.dispatch(request, as: nil, idempotencyKey: Self.key).status == 401)
        }
    }

    @Test("A registration whose reply was lost is replayed, and only with its key, password and address")
    func registrations() async throws {
        try await withAuth { auth in
            let email = TestAuth.address()
            func register(
                password: String = TestAuth.password,
                key: String? = Self.key,
                from address: String = "192.0.2.1",
                headers: [MeshField] = []
            ) async throws -> MeshReply {
                let request = Register(
                    email: email,
                    password: NewPassword(unchecked: password),
                    name: try #require(Name("Ada"))
                )
                return await auth.dispatch(request, as: nil, idempotencyKey: key, headers: headers, from: address)
            }
            let first = try await register()
            #expect(first.status == 201)
            for _ in 0..<2 {
                let again = try await register()
                #expect(again.status == 201 && again.body == first.body)
            }
            #expect(try await auth.list(auth.user(auth.logIn(email).value)).count == 2, "one session of each sign-in")
            #expect(try await register(password: "four larches nine owls").failure?.code == "IDEMPOTENCY_KEY_REUSED")
            let others = [
                try await register(key: nil), try await register(key: "another"),
                try await register(from: "192.0.2.2"),
                try await register(headers: [MeshField("x-credential", "someone")]),
            ]
            #expect(others.map { $0.failure?.code } == [String?](repeating: ErrorCode.emailTaken.code, count: 4))
        }
    }

    @Test("Four concurrent sign-outs all succeed, and so does one after the next login")
    func signOuts() async throws {
        try await withAuth { auth in
            let email = TestAuth.address()
            _ = try await auth.register(email)
            for _ in 0..<2 {
                let user = try await auth.user(auth.logIn(email).value)
                let statuses = await withTaskGroup(of: Int.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            await auth.dispatch(LogOut(), as: user.principal, idempotencyKey: Self.key).status
                        }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == [204, 204, 204, 204])
                #expect(try await auth.list(user).isEmpty)
            }
        }
    }

    @Test("A cookie refresh without the cookie, or with another's, returns no tokens")
    func refreshes() async throws {
        try await withAuth { auth in
            func cookie(_ email: EmailAddress) async throws -> MeshField {
                _ = try await auth.register(email)
                let headers = try await auth.logIn(email, cookie: true).headers
                return MeshField("cookie", headers.map { $0.1.prefix { $0 != ";" } }.joined(separator: "; "))
            }
            let (ada, grace) = (try await cookie(TestAuth.address()), try await cookie(TestAuth.address()))
            func refresh(_ headers: [MeshField]) async -> MeshReply {
                await auth.dispatch(
                    RefreshSession(refreshToken: nil),
                    as: nil,
                    idempotencyKey: Self.key,
                    headers: headers
                )
            }
            let first = await refresh([ada])
            #expect(first.status == 200)
            #expect(await refresh([]).status == 400)
            let other = await refresh([grace])
            #expect(other.status == 200)
            #expect(try JSONParser.parse(other.body)["data"]?["user"] != JSONParser.parse(first.body)["data"]?["user"])
        }
    }

    @Test("A password change is made or refused, never replayed")
    func changes() async throws {
        try await withAuth { auth in
            let email = TestAuth.address()
            let user = try await auth.user(auth.register(email))
            func change(_ user: RequestContext.User) async -> Int {
                let request = ChangePassword(
                    currentPassword: GivenPassword(unchecked: TestAuth.password),
                    newPassword: NewPassword(unchecked: "four larches nine owls")
                )
                return await auth.dispatch(request, as: user.principal, idempotencyKey: Self.key).status
            }
            #expect(await change(user) == 204)
            #expect(await change(user) == 401)
            let again = try await auth.user(auth.logIn(email, password: "four larches nine owls").value)
            try await auth.changePassword(again, from: "four larches nine owls", to: TestAuth.password)
            #expect(await change(try await auth.user(auth.logIn(email).value)) == 204)
            _ = try await auth.logIn(email, password: "four larches nine owls")
        }
    }

    @Test("A repeated Idempotency-Key shows an API key only to the session that created it")
    func apiKeys() async throws {
        try await withAuth { auth in
            let email = TestAuth.address()
            let first = try await auth.user(auth.register(email))
            let second = try await auth.user(auth.logIn(email).value)
            let request = CreateAPIKey(name: try #require(Name("Import")))
            func secret(_ user: RequestContext.User) async throws -> String? {
                let reply = await auth.dispatch(request, as: user.principal, idempotencyKey: Self.key)
                return try JSONParser.parse(reply.body)["data"]?["key"]?.stringValue
            }
            let made = try await secret(first)
            let other = try await secret(second)
            #expect(made != nil && other != nil && made != other)
            let weak = Principal(
                userID: "\(first.id)",
                tenantID: nil,
                sessionID: "\(APIKeyID())",
                role: "student",
                permissions: [],
                credential: .apiKey
            )
            #expect(await auth.dispatch(request, as: weak, idempotencyKey: Self.key).status == 403)
        }
    }
}
