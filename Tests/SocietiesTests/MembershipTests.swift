import Contracts
import FormsContracts
import HTTPTypes
import Postgres
import Synchronization
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Membership", .timeLimit(.minutes(10)))
struct MembershipTests {
    @Test("A moderator hands a presidency to another member, never to themselves")
    func ownHand() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let (student, next) = (societies.student(), societies.student())
            for member in [student, next] { try await societies.join(society.id, member, president: president) }
            let moderator = RequestContext.User(
                id: student.id,
                tenant: societies.university,
                session: SessionID(),
                role: "moderator",
                permissions: [.moderateSocieties]
            )
            #expect(
                try await refusal { try await societies.transfer(society.id, to: student, by: moderator) } == .forbidden
            )
            #expect(try await societies.transfer(society.id, to: next, by: moderator).role == .president)
        }
    }

    @Test("The president leaves only after handing over")
    func lastPresident() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let next = societies.student()
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            try await societies.join(society.id, next, president: president)
            #expect(try await refusal { try await societies.leave(society.id, by: president) } == .lastPresident)
            let outsider = societies.student()
            #expect(
                try await refusal { try await societies.transfer(society.id, to: outsider, by: president) } == .notFound
            )
            #expect(try await societies.transfer(society.id, to: next, by: president).role == .president)
            #expect(
                try await refusal { try await societies.transfer(society.id, to: next, by: president) } == .forbidden
            )
            try await societies.leave(society.id, by: president)
            #expect(try await societies.get(society.id, by: next).memberCount == 1)
            #expect(try await societies.events().suffix(1) == ["society.member.left"])
        }
    }

    @Test("Transfers and departures at once leave exactly one president", arguments: 0..<5)
    func presidentRace(round: Int) async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let members = (0..<3).map { _ in societies.student() }
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president, requiresApproval: false)
            for member in members { _ = try await societies.register(society.id, by: member) }
            await withTaskGroup { group in
                for member in members {
                    group.addTask { _ = try? await societies.transfer(society.id, to: member, by: president) }
                    group.addTask { try? await societies.leave(society.id, by: member) }
                }
                group.addTask { try? await societies.leave(society.id, by: president) }
            }
            let presidents: Int = try await societies.one(
                """
                SELECT count(*) AS count FROM societies.members
                WHERE society_id = \(society.id) AND role = 'president' AND left_at IS NULL
                """
            )["count"]
            #expect(presidents == 1)
            let counted: Int = try await societies.one(
                "SELECT count(*) AS count FROM societies.members WHERE left_at IS NULL"
            )["count"]
            #expect(try await societies.get(society.id, by: nil).memberCount == counted)
        }
    }

    @Test("Officers remove members, the president removes officers, nobody removes the president")
    func removal() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let (officer, second, member) = (societies.student(), societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            for student in [officer, second, member] {
                try await societies.join(society.id, student, president: president)
            }
            for student in [officer, second] {
                let request = ChangeMemberRole(id: society.id, userId: student.id, role: .admin)
                #expect(try await societies.call(request, as: president).role == .admin)
            }
            let demotion = ChangeMemberRole(id: society.id, userId: president.id, role: .member)
            #expect(try await refusal { try await societies.call(demotion, as: president) } == .lastPresident)
            func remove(_ student: RequestContext.User, by user: RequestContext.User) async throws -> ErrorCode? {
                try await refusal {
                    try await societies.call(RemoveMember(id: society.id, userId: student.id), as: user)
                }
            }
            #expect(try await remove(officer, by: member) == .forbidden)
            #expect(try await remove(second, by: officer) == .forbidden)
            #expect(try await remove(president, by: officer) == .lastPresident)
            #expect(try await remove(member, by: officer) == nil)
            #expect(try await remove(member, by: officer) == .notFound)
            #expect(try await remove(second, by: president) == nil)
            #expect(try await remove(officer, by: officer) == nil)
            #expect(try await societies.get(society.id, by: nil).memberCount == 1)
        }
    }

    @Test("Whoever left can come back, and their first membership stays on record")
    func rejoining() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let student = societies.student()
            let society = try await societies.activeSociety(by: president)
            // The form takes one response a person: the one of the first time gives way.
            let settings = FormSettings(oneResponsePerUser: true)
            try await societies.configure(society.id, by: president, settings: settings)
            try await societies.join(society.id, student, president: president)
            #expect(try await refusal { try await societies.register(society.id, by: student) } == .alreadyMember)
            try await societies.leave(society.id, by: student)
            try await societies.join(society.id, student, president: president)
            let rows: Int = try await societies.one(
                "SELECT count(*) AS count FROM societies.members WHERE user_id = \(student.id)"
            )["count"]
            #expect(rows == 2)
            #expect(try await societies.responses().count == 1)
        }
    }

    @Test("Members are listed with their names, and without while auth is down")
    func names() async throws {
        try await withSocieties(among: [.forms, .auth]) { societies in
            let president = societies.student()
            let society = try await societies.found(by: president)
            try await societies.openAccount(of: president, named: "Ada")
            #expect(try await societies.members(of: society.id, by: president).items.map(\.name) == ["Ada"])
            societies.setDown("auth")
            #expect(try await societies.members(of: society.id, by: president).items.map(\.name) == [nil])
        }
    }

    @Test("Other services learn who leads a society, whoever asks")
    func officerCheck() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.found(by: president)
            func check(_ user: UserID) async throws -> EntityStanding {
                let check = CheckAccess(entity: EntityReference(.society, society.id.cast()), userId: user)
                let standing = try await societies.call(check, to: "societies")
                #expect(try await societies.call(FormerCheckAccess(check)) == standing)
                return standing
            }
            let expected = EntityStanding(
                universityId: societies.university,
                status: .pending,
                visibility: .public,
                isMember: true,
                isOfficer: true
            )
            #expect(try await check(president.id) == expected)
            #expect(try await check(UserID()).isMember == false)
        }
    }
}
