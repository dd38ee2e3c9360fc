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
            let email = AuthLab.address()
            let user = try await auth.user(auth.register(email))
            let request = LogIn(email: email, password: GivenPassword(unchecked: AuthLab.password))
            let first = try await auth.send(request, as: nil, key: Self.key)
            let second = try await auth.send(request, as: nil, key: Self.key)
            #expect(first.status == 200 && second.status == 200 && first.body != second.body)
            try await auth.changePassword(user, to: "four larches nine owls")
            #expect(try await auth.send(request, as: nil, key: Self.key).status == 401)
        }
    }

    @Test("A registration whose reply was lost is replayed, and only with its key, password and address")
    func registrations() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            func register(
                password: String = AuthLab.password,
                key: String? = Self.key,
                from address: String = "192.0.2.1",
                credential: String? = nil
            ) async throws -> MeshReply {
                let request = Register(
                    email: email,
                    password: NewPassword(unchecked: password),
                    name: try #require(Name("Ada"))
                )
                var headers = ["x-client-address": address]
                headers["x-credential"] = credential
                return try await auth.send(request, key: key, headers: headers)
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
                try await register(credential: "someone"),
            ]
            #expect(others.map { $0.failure?.code } == [String?](repeating: ErrorCode.emailTaken.code, count: 4))
        }
    }

    @Test("Four concurrent sign-outs all succeed, and so does one after the next login")
    func signOuts() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            _ = try await auth.register(email)
            for _ in 0..<2 {
                let user = try await auth.user(auth.logIn(email).value)
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<4 {
                        group.addTask {
                            try await auth.send(LogOut(), as: user, key: Self.key).status
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == [204, 204, 204, 204])
                #expect(try await auth.list(user).isEmpty)
            }
        }
    }

    @Test("A cookie refresh without the cookie, or with another's, returns no tokens")
    func refreshes() async throws {
        try await withAuth { auth in
            func cookie(_ email: EmailAddress) async throws -> [String: String] {
                _ = try await auth.register(email)
                let headers = try await auth.logIn(email, cookie: true).headers
                let cookies = headers.filter { $0.0 == "set-cookie" }.map { $0.1.prefix { $0 != ";" } }
                return ["cookie": cookies.joined(separator: "; ")]
            }
            let (ada, grace) = (try await cookie(AuthLab.address()), try await cookie(AuthLab.address()))
            func refresh(_ headers: [String: String]) async throws -> MeshReply {
                try await auth.send(RefreshSession(refreshToken: nil), key: Self.key, headers: headers)
            }
            let first = try await refresh(ada)
            #expect(first.status == 200)
            #expect(try await refresh([:]).status == 400)
            let other = try await refresh(grace)
            #expect(other.status == 200)
            #expect(try JSONParser.parse(other.body)["data"]?["user"] != JSONParser.parse(first.body)["data"]?["user"])
        }
    }

    @Test("A password change is made or refused, never replayed")
    func changes() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let user = try await auth.user(auth.register(email))
            func change(_ user: RequestContext.User) async throws -> Int {
                let request = ChangePassword(
                    currentPassword: GivenPassword(unchecked: AuthLab.password),
                    newPassword: NewPassword(unchecked: "four larches nine owls")
                )
                return try await auth.send(request, as: user, key: Self.key).status
            }
            #expect(try await change(user) == 204)
            #expect(try await change(user) == 401)
            let again = try await auth.user(auth.logIn(email, password: "four larches nine owls").value)
            try await auth.changePassword(again, from: "four larches nine owls", to: AuthLab.password)
            #expect(try await change(auth.user(auth.logIn(email).value)) == 204)
            _ = try await auth.logIn(email, password: "four larches nine owls")
        }
    }

    @Test("A repeated Idempotency-Key shows an API key only to the session that created it")
    func apiKeys() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let first = try await auth.user(auth.register(email))
            let second = try await auth.user(auth.logIn(email).value)
            let request = CreateAPIKey(name: try #require(Name("Import")))
            func secret(_ user: RequestContext.User) async throws -> String? {
                let reply = try await auth.send(request, as: user, key: Self.key)
                return try JSONParser.parse(reply.body)["data"]?["key"]?.stringValue
            }
            let made = try await secret(first)
            let other = try await secret(second)
            #expect(made != nil && other != nil && made != other)
            let weak = RequestContext.User(
                id: first.id,
                tenant: nil,
                session: SessionID(),
                role: "student",
                permissions: [],
                credential: .apiKey
            )
            #expect(try await auth.send(request, as: weak, key: Self.key).status == 403)
        }
    }
}
