import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts

@Suite("Rows of auth that can't be read")
struct UnreadableRowTests {
    @Test("Lists leave them out, and a single read is a fault of the service")
    func lists() async throws {
        try await withAuth { auth in
            let admin = try await auth.visitor(.admin, at: UniversityID())
            let university = try #require(admin.tenant)
            let users = [
                try await auth.insertUser(at: university), try await auth.insertUser(at: university),
                try await auth.insertUser(at: university),
            ]
            let sessions = [
                try await auth.user(auth.openSession(of: users[0])),
                try await auth.user(auth.openSession(of: users[0])),
                try await auth.user(auth.openSession(of: users[0])),
            ]
            let session = try #require(sessions[1].session)
            let keys = [
                try await auth.createKey(by: sessions[0]), try await auth.createKey(by: sessions[0]),
                try await auth.createKey(by: sessions[0]),
            ]
            try await auth.superuser { database in
                let walk = SpoiledRows(of: auth.walked, superuser: database)
                let faults = try await walk.faults([
                    SpoiledList(
                        ListUsers(),
                        as: admin,
                        single: GetUser(id: users[1].id),
                        spoil: "UPDATE auth.users SET created_at = '20000-01-01' WHERE id = \(users[1].id)"
                    ),
                    SpoiledList(
                        ListSessions(),
                        as: sessions[0],
                        spoil: "UPDATE auth.sessions SET last_used_at = '20000-01-01' WHERE id = \(session)"
                    ),
                    SpoiledList(
                        ListAPIKeys(),
                        as: sessions[0],
                        spoil: "UPDATE auth.api_keys SET expires_at = '20000-01-01' WHERE id = \(keys[1].id)"
                    ),
                ])
                #expect(faults == [])
            }
            let found = try await auth.call(LookUpUsers(ids: users.map(\.id)))
            #expect(found.items.count == 3, "what a summary shows can be read")
        }
    }
}
