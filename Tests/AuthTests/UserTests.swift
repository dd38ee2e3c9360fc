import Contracts
import Mesh
import Postgres
import TestKit
import Testing

@testable import Auth
@testable import AuthContracts
@testable import ServiceKit

@Suite("Accounts and roles")
struct UserTests {
    @Test("One's own account is open to oneself, others' to administrators of the same university")
    func reading() async throws {
        try await withAuth { auth in
            let (here, there) = (UniversityID(), UniversityID())
            let student = try await auth.visitor(at: here)
            let admin = try await auth.visitor(.admin, at: here)
            let foreigner = try await auth.visitor(.admin, at: there)
            let platformAdmin = try await auth.visitor(.platformAdmin)
            #expect(try await auth.getUser(student.id, by: student).id == student.id)
            #expect(try await refusal { try await auth.getUser(admin.id, by: student) } == .notFound)
            #expect(try await auth.getUser(student.id, by: admin).id == student.id)
            #expect(try await refusal { try await auth.getUser(student.id, by: foreigner) } == .notFound)
            #expect(try await auth.getUser(student.id, by: platformAdmin).id == student.id)
            #expect(try await auth.listUsers(by: foreigner).items.map(\.id) == [foreigner.id])
            #expect(try await auth.listUsers(by: platformAdmin).pagination.total == 4)
        }
    }

    @Test("A user is written as its properties say")
    func encoding() async throws {
        try await withAuth { auth in
            let user = try await auth.insertUser(at: UniversityID(), name: "Ada \"Countess\" Lovelace")
            let read = try User(jsonBytes: user.jsonBytes)
            #expect(read.id == user.id && read.name == user.name && read.tenantId == user.tenantId && read.image == nil)
            var components = SchemaComponents()
            #expect(try JSONParser.parse(user.jsonBytes).objectValue?.names == User.fields(&components).map(\.name))
        }
    }

    @Test("Every order of the list can be walked to its end, by page and by cursor", arguments: Seed.batch(12))
    func walking(seed: Seed) async throws {
        var random = seed.generator
        let field = try #require(ListUsers.SortField.allCases.randomElement(using: &random))
        let sort = Sort(field, descending: .random(using: &random))
        let size = Int.random(in: 1...7, using: &random)
        try await withAuth { auth in
            let university = UniversityID()
            var names: [String] = []
            for _ in 0..<17 { names.append("Name \(Int.random(in: 0...5, using: &random))") }
            for name in names { _ = try await auth.insertUser(at: university, name: name) }
            _ = try await auth.insertUser(at: UniversityID())
            let admin = try await auth.visitor(.admin, at: university)
            let expected = try await auth.listUsers(ListUsers(page: PageRequest(limit: 100), sort: sort), by: admin)
                .items
            #expect(expected.count == 18)

            var byCursor: [User] = []
            var page = PageRequest(limit: size)
            repeat {
                let part = try await auth.listUsers(ListUsers(page: page, sort: sort), by: admin)
                #expect(part.pagination.total == 18)
                byCursor += part.items
                guard let next = part.pagination.nextCursor else { break }
                page = PageRequest(limit: size, cursor: next)
            } while byCursor.count < 100
            #expect(byCursor.map(\.id) == expected.map(\.id))

            var byPage: [User] = []
            for number in 1...(18 + size - 1) / size {
                let request = ListUsers(page: PageRequest(page: number, limit: size), sort: sort)
                byPage += try await auth.listUsers(request, by: admin).items
            }
            #expect(byPage.map(\.id) == expected.map(\.id))
        }
    }

    @Test("A search finds names and addresses, and takes signs of patterns as they are")
    func searching() async throws {
        try await withAuth { auth in
            let university = UniversityID()
            let admin = try await auth.visitor(.admin, at: university)
            let percent = try await auth.insertUser(at: university, name: "100% Ada_L")
            func search(_ text: String) async throws -> [UserID] {
                try await auth.listUsers(ListUsers(q: SearchText(text)), by: admin).items.map(\.id)
            }
            #expect(try await search("0% ada_l") == [percent.id])
            #expect(try await search("%").count == 1)
            #expect(try await search(percent.email.text.uppercased()) == [percent.id])
            #expect(try await search("nobody of that name").isEmpty)
            let cursor = PageCursor(key: "Ada", id: "\(percent.id)")
            let request = ListUsers(page: PageRequest(cursor: cursor))
            #expect(try await refusal { try await auth.listUsers(request, by: admin) } == .validation)
        }
    }

    @Test("A promotion leaves sessions alone; a demotion ends them, since their tokens still carry the old rights")
    func changingRoles() async throws {
        try await withAuth { auth in
            let university = UniversityID()
            let admin = try await auth.visitor(.admin, at: university)
            let user = try await auth.insertUser(at: university)
            let session = try await auth.openSession(of: user)
            #expect(
                try await refusal { try await auth.setRole(.admin, of: user.id, by: admin, ifMatch: "\"1\"") }
                    == .preconditionFailed
            )
            #expect(try await auth.setRole(.moderator, of: user.id, by: admin, ifMatch: user.etag).role == .moderator)
            let refreshed = try await auth.refresh(session.refreshToken).value
            #expect(try await auth.user(refreshed).may("societies:moderate"))
            #expect(try await auth.setRole(.student, of: user.id, by: admin).role == .student)
            #expect(try await refusal { try await auth.refresh(refreshed.refreshToken) } == .unauthorized)
            #expect(try await auth.events().map(\.userId) == [user.id])
        }
    }

    @Test("Nobody gives or takes a role that is more than his own, or reaches into another university")
    func limitsOfRoles() async throws {
        try await withAuth { auth in
            let university = UniversityID()
            let admin = try await auth.visitor(.admin, at: university)
            let platformAdmin = try await auth.visitor(.platformAdmin)
            let student = try await auth.visitor(at: university)
            let foreigner = try await auth.visitor(at: UniversityID())
            #expect(
                try await refusal { try await auth.setRole(.platformAdmin, of: student.id, by: admin) } == .forbidden
            )
            #expect(try await refusal { try await auth.setRole(.admin, of: foreigner.id, by: admin) } == .notFound)
            #expect(try await auth.setRole(.admin, of: foreigner.id, by: platformAdmin).role == .admin)
            // The token says administrator still; the account does not.
            _ = try await auth.setRole(.student, of: admin.id, by: platformAdmin)
            #expect(try await refusal { try await auth.setRole(.moderator, of: student.id, by: admin) } == .forbidden)
        }
    }

    @Test("A key grants no role with more rights than its own")
    func keysAndRoles() async throws {
        try await withAuth { auth in
            let university = UniversityID()
            let admin = try await auth.visitor(.admin, at: university)
            let student = try await auth.insertUser(at: university)
            let key = RequestContext.User(
                id: admin.id,
                tenant: university,
                session: admin.session,
                role: "student",
                permissions: ["users:write"],
                credential: .apiKey
            )
            #expect(try await refusal { try await auth.setRole(.admin, of: student.id, by: key) } == .forbidden)
            #expect(try await auth.setRole(.admin, of: student.id, by: admin).role == .admin)
            #expect(try await refusal { try await auth.setRole(.student, of: student.id, by: key) } == .forbidden)
        }
    }

    @Test("Nobody grants a role above their own or in another university")
    func roleTable() async throws {
        try await withAuth { auth in
            let (here, there) = (UniversityID(), UniversityID())
            for callerRole in Role.allCases {
                for targetRole in Role.allCases {
                    for newRole in Role.allCases where newRole != targetRole {
                        for place in [here, there, nil] {
                            let caller = try await auth.visitor(callerRole, at: here)
                            let target = try await auth.insertUser(at: place, role: targetRole)
                            let reply = try await auth.send(
                                SetUserRole(id: target.id, role: newRole),
                                as: caller
                            )
                            let isPlatform = callerRole == .platformAdmin
                            let mayWrite = callerRole.permissions.contains { $0.covers("users:write") }
                            let isReached = isPlatform || place == here
                            let mayGive = callerRole.includes(targetRole) && callerRole.includes(newRole)
                            let expected = !mayWrite ? 403 : !isReached ? 404 : mayGive ? 200 : 403
                            #expect(reply.status == expected, "\(callerRole) \(targetRole) \(newRole)")
                        }
                    }
                }
            }
        }
    }

    @Test("Of two platform administrators who demote each other, one remains")
    func lastPlatformAdmin() async throws {
        try await withAuth { auth in
            let first = try await auth.visitor(.platformAdmin)
            let second = try await auth.visitor(.platformAdmin)
            async let one = refusal { try await auth.setRole(.student, of: second.id, by: first) }
            async let other = refusal { try await auth.setRole(.student, of: first.id, by: second) }
            let outcomes = try await [one, other]
            #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .forbidden } == 1)
            let survivor = outcomes[0] == nil ? first : second
            #expect(
                try await refusal { try await auth.setRole(.admin, of: survivor.id, by: survivor) } == .invalidState
            )
        }
    }

    @Test("Each role may do what the one before it may")
    func rolesGrow() {
        for (lower, higher) in zip(Role.allCases, Role.allCases.dropFirst()) {
            #expect(higher.includes(lower) && !lower.includes(higher))
        }
    }

    @Test("Other services learn the names behind ids")
    func lookingUp() async throws {
        try await withAuth { auth in
            let users = [try await auth.insertUser(at: UniversityID()), try await auth.insertUser()]
            let request = LookUpUsers(ids: users.map(\.id) + [UserID()])
            let found = try await auth.call(request).items
            #expect(Set(found.map(\.id)) == Set(users.map(\.id)))
        }
    }

    /// The service's own role must not see across universities either, whatever a statement forgets.
    @Test("Row-level security keeps universities apart, straight in SQL")
    func rowLevelSecurity() async throws {
        try await withAuth { auth in
            let (here, there) = (UniversityID(), UniversityID())
            let user = try await auth.visitor(at: here)
            _ = try await auth.apply(["firstName": "Ada"], to: user)
            let tables = ["users", "sessions", "refresh_tokens", "profiles", "profile_changes", "known_networks"]
            let account = try await auth.getUser(user.id, by: user)
            try await KnownNetworkStore(sql: auth.database.scoped(to: .university(here)))
                .insert("192.0.2.1", of: account, at: .now())
            func count(_ table: String, _ scope: TenantScope) async throws -> Int {
                try await auth.database.database.one("SELECT count(*) FROM \(raw: table)", scope: scope)[0]
            }
            for table in tables {
                #expect(try await count(table, .university(here)) == 1, "\(table)")
                #expect(try await count(table, .university(there)) == 0, "\(table)")
                #expect(try await count(table, .none) == 0, "\(table)")
            }
            let error = await #expect(throws: PostgresError.self) {
                try await auth.database.database.execute(
                    "UPDATE users SET tenant_id = \(there)",
                    scope: .university(here)
                )
            }
            #expect(error?.sqlState == "42501")
        }
    }
}
