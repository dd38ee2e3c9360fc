import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Societies", .timeLimit(.minutes(10)))
struct SocietyTests {
    @Test("Whoever founds a society is its president, and a moderator lets it begin")
    func founding() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let society = try await societies.found(by: founder)
            #expect(society.status == .pending)
            #expect(society.memberCount == 1)
            #expect(society.slug.text == "chess-society")
            #expect(society.universityId == societies.university)
            let members = try await societies.members(of: society.id, by: founder)
            #expect(members.items.map(\.userId) == [founder.id])
            #expect(members.items.map(\.role) == [.president])
            let approved = try await societies.approve(society.id, by: societies.moderator())
            #expect(approved.status == .active)
            #expect(try await societies.events() == ["society.created", "society.approved"])
        }
    }

    @Test("Names and slugs are unique within a university, whatever their case, spaces and width")
    func uniqueness() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            _ = try await societies.found("Chess  Society", by: founder)
            for name in ["chess society", " CHESS SOCIETY ", "Ｃｈｅｓｓ Society"] {
                #expect(try await refusal { try await societies.found(name, by: founder) } == .societyNameTaken)
            }
            let slug = try #require(Slug("Chess-Society"))
            #expect(
                try await refusal { try await societies.found("Other", by: founder, slug: slug) } == .societySlugTaken
            )
            // A name whose slug is taken gets one that is not; another university is another matter.
            let other = try await societies.found("Chess-Society!", by: founder)
            #expect(other.slug.text.hasPrefix("chess-society-"))
            let elsewhere = try await societies.found("Chess Society", by: societies.student(at: UniversityID()))
            #expect(elsewhere.slug.text == "chess-society")
            let nameless = try await societies.found("國際象棋", by: founder)
            #expect(nameless.slug.text.hasPrefix("society-"))
        }
    }

    @Test("An archived society's name is free at once, its slug after a year")
    func retiredNames() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let society = try await societies.activeSociety(by: founder)
            try await societies.call(ArchiveSociety(id: society.id), as: societies.moderator())
            let slug = society.slug
            #expect(try await refusal { try await societies.found(by: founder, slug: slug) } == .societySlugTaken)
            try await societies.execute("UPDATE societies.societies SET retired_at = now() - interval '366 days'")
            let successor = try await societies.found(by: founder, slug: slug)
            #expect(successor.slug == slug)
        }
    }

    @Test("Only moderators' transitions are possible", arguments: SocietyStatus.allCases)
    func transitions(from status: SocietyStatus) {
        let next: [SocietyStatus] =
            switch status {
            case .pending: [.active, .archived]
            case .active: [.suspended, .archived]
            case .suspended: [.active, .archived]
            case .archived: []
            }
        #expect(SocietyStatus.allCases.filter(status.mayBecome) == next)
    }

    @Test("Moderators can't approve a society that they founded or lead; others and platform administrators can")
    func ownSociety() async throws {
        try await withSocieties { societies in
            func moderator(_ id: UserID, role: String = "moderator") -> RequestContext.User {
                RequestContext.User(
                    id: id,
                    tenant: societies.university,
                    session: SessionID(),
                    role: role,
                    permissions: [.moderateSocieties]
                )
            }
            let (founder, next) = (societies.student(), societies.student())
            let society = try await societies.found(by: founder)
            let own = moderator(founder.id)
            #expect(try await refusal { try await societies.approve(society.id, by: own) } == .forbidden)
            #expect(try await societies.get(society.id, by: founder).status == .pending)
            let approved = try await societies.approve(society.id, by: societies.moderator())
            #expect(approved.status == .active)

            // Lifting a suspension counts as approval, for the president and for a founder who is no longer president.
            try await societies.configure(society.id, by: founder)
            try await societies.join(society.id, next, president: founder)
            _ = try await societies.transfer(society.id, to: next, by: founder)
            try await societies.call(SuspendSociety(id: society.id), as: societies.moderator())
            for user in [own, moderator(next.id)] {
                #expect(try await refusal { try await societies.approve(society.id, by: user) } == .forbidden)
            }
            let platform = moderator(founder.id, role: "platform-admin")
            #expect(try await societies.approve(society.id, by: platform).status == .active)
        }
    }

    @Test("A moderator of another university cannot even see a society that waits")
    func foreignModerator() async throws {
        try await withSocieties { societies in
            let society = try await societies.found(by: societies.student())
            let stranger = societies.moderator(at: UniversityID())
            #expect(try await refusal { try await societies.approve(society.id, by: stranger) } == .notFound)
            _ = try await societies.approve(society.id, by: societies.moderator())
            // Public now, and still nobody else's to change.
            #expect(try await societies.get(society.id, by: stranger).id == society.id)
            let request = SuspendSociety(id: society.id)
            #expect(try await refusal { try await societies.call(request, as: stranger) } == .notFound)
        }
    }

    @Test("Who sees a society depends on its status and visibility")
    func visibility() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let fellow = societies.student()
            let pending = try await societies.found("Pending", by: founder)
            let open = try await societies.activeSociety("Open", by: founder)
            let closed = try await societies.activeSociety("Closed", by: founder, visibility: .members)
            for viewer in [nil, fellow, societies.student(at: UniversityID())] {
                #expect(try await refusal { try await societies.get(pending.id, by: viewer) } == .notFound)
                #expect(try await refusal { try await societies.get(closed.id, by: viewer) } == .notFound)
                #expect(try await societies.get(open.id, by: viewer).name.text == "Open")
                #expect(try await societies.names(by: viewer, at: societies.university) == ["Open"])
            }
            for viewer in [founder, societies.moderator()] {
                #expect(try await societies.get(closed.id, by: viewer).name.text == "Closed")
                #expect(try await societies.names(by: viewer) == ["Closed", "Open", "Pending"])
            }
            // Signed in elsewhere, the list is of one's own university.
            #expect(try await societies.names(by: societies.student(at: UniversityID())) == [])
            #expect(try await refusal { try await societies.members(of: open.id, by: fellow) } == .forbidden)
        }
    }

    @Test("Officers edit a society unless someone else has meanwhile")
    func editing() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let society = try await societies.activeSociety(by: founder)
            let patch = UpdateSociety(id: society.id, description: .set(try #require(Description("Wednesdays"))))
            let tag = try await societies.tag(of: GetSociety(id: society.id), as: founder)
            let edited = try await societies.call(patch, as: founder, ifMatch: tag)
            #expect(edited.description?.text == "Wednesdays")
            #expect(edited.name == society.name)
            #expect(try await societies.tag(of: GetSociety(id: society.id), as: founder) != tag)
            #expect(
                try await refusal { try await societies.call(patch, as: founder, ifMatch: tag) }
                    == .preconditionFailed
            )
            #expect(try await refusal { try await societies.call(patch, as: societies.student()) } == .forbidden)
            let put = ReplaceSociety(id: society.id, name: try #require(Name("Chess Club")))
            let replaced = try await societies.call(put, as: founder)
            #expect(replaced.description == nil)
            #expect(replaced.slug == society.slug)
        }
    }

    @Test("A deleted society is gone for everyone, its president and moderators included")
    func deleting() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let society = try await societies.activeSociety(by: founder)
            let request = DeleteSociety(id: society.id)
            #expect(try await refusal { try await societies.call(request, as: societies.student()) } == .forbidden)
            try await societies.call(request, as: founder)
            for viewer in [nil, founder, societies.moderator()] {
                #expect(try await refusal { try await societies.get(society.id, by: viewer) } == .notFound)
                #expect(try await societies.names(by: viewer) == [])
            }
        }
    }

    @Test(
        "A list can be walked by cursor while societies are founded, in every order",
        arguments: SocietySort.allCases,
        [false, true]
    )
    func walking(sort: SocietySort, isDescending: Bool) async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            for name in ["Go", "Bridge", "Chess", "Darts", "Archery"] {
                _ = try await societies.activeSociety(name, by: founder)
            }
            var seen: [String] = []
            var cursor: PageCursor?
            repeat {
                let request = ListSocieties(
                    page: PageRequest(limit: 2, cursor: cursor),
                    sort: Sort(sort, descending: isDescending)
                )
                let page = try await societies.call(request, as: founder)
                seen += page.items.map(\.name.text)
                cursor = page.pagination.nextCursor
                if seen.count == 2 {
                    _ = try await societies.activeSociety("Aikido \(sort) \(isDescending)", by: founder)
                }
            } while cursor != nil
            #expect(Set(seen).isSuperset(of: ["Go", "Bridge", "Chess", "Darts", "Archery"]))
            #expect(Set(seen).count == seen.count)
            let foreign = ListSocieties(
                page: PageRequest(cursor: PageCursor(key: "x", id: "\(SocietyID())")),
                sort: Sort(sort)
            )
            let error = try await refusal { try await societies.call(foreign, as: founder) }
            #expect(error == (sort == .name ? nil : .validation))
        }
    }

    @Test("A search finds what stands in names and descriptions, and takes no wildcards")
    func searching() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            _ = try await societies.activeSociety("Élan 100% Dance", by: founder)
            _ = try await societies.activeSociety("Chess", by: founder)
            for (q, names) in [
                ("éLAN", ["Élan 100% Dance"]), ("100%", ["Élan 100% Dance"]), ("1%0", []), ("e_s", []),
                ("ches", ["Chess"]),
            ] {
                let request = ListSocieties(q: SearchText(q))
                let page = try await societies.call(request)
                #expect(page.items.map(\.name.text) == names, "\(q)")
                #expect(page.pagination.total == names.count)
            }
        }
    }
}

extension ServiceLab {
    fileprivate func names(by user: RequestContext.User?, at university: UniversityID? = nil) async throws -> [String] {
        try await call(ListSocieties(universityId: university), as: user).items.map(\.name.text)
    }
}
