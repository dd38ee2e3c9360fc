import Contracts
import FormsContracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("How societies and people in them stand", .timeLimit(.minutes(10)))
struct StandingEventsTests {
    @Test("Every change of standing is published")
    func events() async throws {
        try await withSocieties { societies in
            let (president, member) = (societies.student(), societies.student())
            let moderator = societies.moderator()
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            try await societies.join(society.id, member, president: president)
            var seen = try await societies.events().count
            func told() async throws -> [String] {
                let all = try await societies.events()
                defer { seen = all.count }
                return Array(all.dropFirst(seen))
            }
            for role in [AssignableRole.admin, .admin, .member] {
                try await societies.call(ChangeMemberRole(id: society.id, userId: member.id, role: role), as: president)
            }
            #expect(try await told() == ["society.member.role-changed", "society.member.role-changed"])
            _ = try await societies.transfer(society.id, to: member, by: president)
            #expect(try await told() == ["society.member.role-changed", "society.member.role-changed"])
            try await societies.call(SuspendSociety(id: society.id), as: moderator)
            #expect(try await told() == ["society.suspended"])
            _ = try await societies.approve(society.id, by: moderator)
            #expect(try await told() == ["society.restored"])
            try await societies.leave(society.id, by: president)
            #expect(try await told() == ["society.member.left"])
            try await societies.call(ArchiveSociety(id: society.id), as: moderator)
            #expect(try await told() == ["society.archived"])
            try await societies.call(DeleteSociety(id: society.id), as: member)
            #expect(try await told() == ["society.deleted"])
        }
    }

    @Test("Other services learn which societies are open and which a person belongs to")
    func lists() async throws {
        try await withSocieties { societies in
            let (president, moderator) = (societies.student(), societies.moderator())
            let open = try await societies.activeSociety(by: president)
            let hidden = try await societies.activeSociety("Go Society", by: president, visibility: .members)
            let pending = try await societies.found("Bridge Society", by: president)
            let suspended = try await societies.activeSociety("Dice Society", by: president)
            try await societies.call(SuspendSociety(id: suspended.id), as: moderator)
            let list = ListOpenEntities(type: .society, universityId: societies.university)
            let ids = try await societies.call(list, to: "societies").ids.elements
            let expected: [EntityID] = [open.id.cast()]
            #expect(ids == expected)
            let theirs = ListMemberships(type: .society, userId: president.id)
            let answer = try await societies.call(theirs, to: "societies")
            let memberships = answer.items
            let all = [open, hidden, pending, suspended].map { $0.id.cast(to: Entity.self) }
            #expect(Set(memberships.map(\.id)) == Set(all))
            #expect(memberships.allSatisfy { $0.isOfficer })
            #expect(memberships.first { $0.id == suspended.id.cast() }?.status == .suspended)
            #expect(try await societies.call(FormerListOpenEntities(list)).ids.elements == ids)
            #expect(try await societies.call(FormerListMemberships(theirs)).present == answer)
        }
    }

    @Test("Others read the open societies of a university that has as many as it may")
    func fullUniversity() async throws {
        try await withSocieties { societies in
            let first = try await societies.activeSociety(by: societies.student())
            try await societies.execute(
                """
                INSERT INTO societies.societies (id, tenant_id, name, slug, status, visibility, created_by)
                SELECT gen_random_uuid(), tenant_id, 'Society ' || n, 'society-' || n, status, visibility, created_by
                FROM societies.societies, generate_series(2, \(Quotas.societies)) AS n
                """
            )
            let list = ListOpenEntities(type: .society, universityId: societies.university)
            let reply = try await societies.call(list, to: "societies")
            let read = try OpenEntities.read(body: reply.body(trimmedTo: nil))
            #expect(read.ids.elements.count == Quotas.societies && read.ids.elements.contains(first.id.cast()))
        }
    }
}
