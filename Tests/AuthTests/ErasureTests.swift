import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts

@Suite("Erasure of accounts", .timeLimit(.minutes(10)))
struct ErasureTests {
    @Test("An erased account lets nobody in, says nothing of its owner, frees the address, and is told of once")
    func erasure() async throws {
        try await withAuth { auth in
            let email = AuthLab.address()
            let user = try await auth.user(auth.register(email, name: "Grace Hopper"))
            let other = try await auth.user(auth.register())
            try await auth.delete(user)
            #expect(try await refusal { try await auth.logIn(email) } == .invalidCredentials)
            #expect(try await auth.list(user).isEmpty)
            #expect(try await refusal { try await auth.getUser(user.id, by: user) } == .notFound)
            #expect(try await refusal { try await auth.delete(user) } != nil)
            #expect(try await auth.list(other).count == 1)
            let row = try await auth.lab.one("SELECT users::text AS row FROM auth.users WHERE id = \(user.id)")
            let rest: String = try row["row"]
            #expect(!rest.contains("Grace") && !rest.contains(email.text) && !rest.contains("$argon2"))
            for table in ["profiles", "profile_changes", "known_networks"] {
                let rows = try await auth.lab.query("SELECT FROM auth.\(raw: table) WHERE user_id = \(user.id)")
                #expect(rows.isEmpty, "\(table)")
            }
            #expect(try await auth.erased() == [UserErased(userId: user.id)])
            #expect(try await auth.register(email).user.id != user.id)
        }
    }

    @Test("A wrong password erases nothing and counts as one, and the last platform administrator stays")
    func refusals() async throws {
        try await withAuth { auth in
            let user = try await auth.user(auth.register())
            #expect(try await refusal { try await auth.delete(user, password: "wrong") } == .invalidCredentials)
            try await auth.lab.execute("UPDATE auth.users SET role = 'platform-admin' WHERE id = \(user.id)")
            #expect(try await refusal { try await auth.delete(user) } == .invalidState)
            #expect(try await auth.getUser(user.id, by: user).id == user.id)
            #expect(try await auth.erased().isEmpty)
        }
    }
}

extension AuthLab {
    fileprivate func delete(_ user: RequestContext.User, password: String = password) async throws {
        try await call(DeleteOwnUser(password: GivenPassword(unchecked: password)), as: user)
    }

    fileprivate func erased() async throws -> [UserErased] {
        try await lab.query("SELECT data FROM auth.outbox WHERE type = \(UserErased.type) ORDER BY id").map { row in
            let stored: Stored<UserErased> = try row["data"]
            return stored.value
        }
    }
}
