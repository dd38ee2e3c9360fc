import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Societies
@testable import SocietiesContracts

@Suite("Quotas of societies", .timeLimit(.minutes(10)))
struct QuotaTests {
    @Test("One founder has five societies that wait for a moderator, however fast they found them")
    func pendingSocieties() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let outcomes = try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask { try await refusal { try await societies.found("Society \(number)", by: founder) } }
                }
                return try await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == Quotas.pendingSocieties)
            #expect(outcomes.count { $0 == .quotaExceeded } == 20 - Quotas.pendingSocieties)
            // Other people are unaffected, and a society that a moderator has reviewed makes room.
            let waiting = try await societies.found("Of somebody else", by: societies.student())
            #expect(waiting.status == .pending)
            let own: SocietyID = try await societies.one(
                "SELECT id FROM societies.societies WHERE created_by = \(founder.id) LIMIT 1"
            )["id"]
            _ = try await societies.approve(own, by: societies.moderator())
            #expect(try await refusal { try await societies.found("One more", by: founder) } == nil)
        }
    }

    @Test("One account founds twenty societies a day, even if it deletes them, and inactive ones hold no slug")
    func foundings() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let slug = try #require(Slug("chess-society"))
            for _ in 0..<Quotas.foundingsPerDay {
                let society = try await societies.found(by: founder, slug: slug)
                try await societies.call(DeleteSociety(id: society.id), as: founder)
            }
            #expect(try await refusal { try await societies.found(by: founder) } == .quotaExceeded)
            // The slug is free for others, even after a moderator has archived a pending society.
            let other = societies.student()
            let refused = try await societies.found(by: other, slug: slug)
            try await societies.call(ArchiveSociety(id: refused.id), as: societies.moderator())
            let next = try await societies.found(by: other, slug: slug)
            #expect(next.slug == slug)
            try await societies.execute(
                """
                UPDATE societies.societies SET created_at = now() - interval '25 hours'
                WHERE created_by = \(founder.id)
                """
            )
            #expect(try await refusal { try await societies.found("Go Society", by: founder) } == nil)
        }
    }

    @Test("Refused societies count toward no quota, and one network's pending ones leave room for others, even on it")
    func crowds() async throws {
        try await withSocieties { societies in
            let founder = societies.student()
            let first = try await societies.found("The first", by: founder)
            func fill(_ count: Int, _ name: String, _ rest: SQL) async throws {
                try await societies.execute(
                    """
                    INSERT INTO societies.societies
                        (id, tenant_id, created_by, name, slug, visibility, status, retired_at, founding_network)
                    SELECT gen_random_uuid(), tenant_id, gen_random_uuid(), \(name) || n, \(name) || '-' || n, \
                    'public', \(rest)
                    FROM societies.societies, generate_series(1, \(count)) AS n WHERE created_by = \(founder.id)
                    """
                )
            }
            func found(
                _ name: String,
                from address: String,
                by student: RequestContext.User? = nil
            ) async throws -> ErrorCode? {
                try await refusal {
                    try await societies.call(
                        CreateSociety(name: Name(unchecked: name)),
                        as: student ?? societies.student(),
                        headers: ["x-client-address": address]
                    )
                }
            }
            try await fill(Quotas.societies, "refused", "'archived', now(), NULL::bytea")
            #expect(try await found("One", from: "192.0.2.1") == nil)
            let network = try #require(societies.context(nil, clientAddress: "192.0.2.1").foundingNetwork)
            let pending: SQL = "'pending', NULL::timestamptz, \(network)"
            let busy = societies.student()
            #expect(try await found("Two", from: "192.0.2.1", by: busy) == nil)
            try await fill(Quotas.unsharedPendingSocieties, "pending", pending)
            #expect(try await found("Three", from: "192.0.2.1", by: busy) == .quotaExceeded)
            #expect(try await found("Four", from: "192.0.2.2", by: busy) == nil)
            // The network may be a campus: its other people have room for one society each.
            let neighbour = societies.student()
            #expect(try await found("Five", from: "192.0.2.1", by: neighbour) == nil)
            #expect(try await found("Six", from: "192.0.2.1", by: neighbour) == .quotaExceeded)
            let rest = Quotas.firstPendingSocietiesPerNetwork - Quotas.unsharedPendingSocieties
            try await fill(rest, "more", pending)
            #expect(try await found("Seven", from: "192.0.2.1") == .quotaExceeded)
            #expect(try await found("Eight", from: "192.0.2.2") == nil)
            #expect(try await found("Nine", from: "2001:db8::1") == nil)
            try await fill(Quotas.societies, "active", "'active', NULL::timestamptz, NULL::bytea")
            #expect(try await found("Ten", from: "192.0.2.2") == .quotaExceeded)
            let approval = try await refusal { try await societies.approve(first.id, by: societies.moderator()) }
            #expect(approval == .quotaExceeded)
        }
    }

    @Test("A moderator's decision erases the network that a society was founded from")
    func foundingNetworks() async throws {
        try await withSocieties { societies in
            let society = try await societies.call(
                CreateSociety(name: Name(unchecked: "Chess Society")),
                as: societies.student(),
                headers: ["x-client-address": "2001:db8:1:2::3"]
            ).value
            func network() async throws -> [UInt8]? {
                try await societies.one("SELECT founding_network FROM societies.societies")[0]
            }
            let neighbour = societies.context(nil, clientAddress: "2001:db8:1:ffff::4")
            #expect(try await network() == neighbour.foundingNetwork)
            _ = try await societies.approve(society.id, by: societies.moderator())
            #expect(try await network() == nil)
        }
    }

    @Test("A society has at most fifty officers, even if promoted concurrently; a demotion makes room")
    func officers() async throws {
        try await withSocieties { societies in
            let president = societies.student()
            let society = try await societies.activeSociety(by: president)
            try await societies.execute(
                """
                INSERT INTO societies.members (tenant_id, society_id, user_id, role)
                SELECT \(societies.university), \(society.id), gen_random_uuid(),
                    CASE WHEN n < \(Quotas.officers) - 5 THEN 'admin' ELSE 'member' END
                FROM generate_series(1, \(Quotas.officers) + 5) AS n
                """
            )
            let members: [UserID] = try await societies.query(
                "SELECT user_id FROM societies.members WHERE role = 'member' ORDER BY user_id"
            ).map { try $0["user_id"] }
            @Sendable func change(_ member: UserID, to role: AssignableRole) async throws -> ErrorCode? {
                try await refusal {
                    try await societies.call(
                        ChangeMemberRole(id: society.id, userId: member, role: role),
                        as: president
                    )
                }
            }
            let outcomes = try await withThrowingTaskGroup { group in
                for member in members { group.addTask { try await change(member, to: .admin) } }
                return try await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
            }
            #expect(outcomes.count == 11 && outcomes.count { $0 == nil } == 5)
            #expect(outcomes.count { $0 == .quotaExceeded } == 6)

            let (officer, member): (UserID, UserID) = try await societies.superuser { database in
                let row = try await database.one(
                    """
                    SELECT (SELECT user_id FROM societies.members WHERE role = 'admin' LIMIT 1) AS officer,
                        (SELECT user_id FROM societies.members WHERE role = 'member' LIMIT 1) AS member
                    """,
                    scope: .platform
                )
                return (try row["officer"], try row["member"])
            }
            let transfer = TransferPresidency(id: society.id, userId: member)
            #expect(try await refusal { try await societies.call(transfer, as: president) } == .quotaExceeded)
            #expect(try await change(officer, to: .member) == nil)
            #expect(try await refusal { try await societies.call(transfer, as: president) } == nil)
        }
    }

    @Test("One person waits for twenty decisions and registers fifty times a day")
    func registrations() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            func fill(_ count: Int, _ state: String) async throws {
                _ = try await societies.superuser { database in
                    try await database.execute(
                        """
                        INSERT INTO societies.societies (id, tenant_id, created_by, name, slug, visibility, status)
                        SELECT gen_random_uuid(), \(societies.university), gen_random_uuid(), \(state) || n, \
                        \(state) || '-' || n, 'public', 'active' FROM generate_series(1, \(count)) AS n
                        """,
                        scope: .platform
                    )
                    return try await database.execute(
                        """
                        INSERT INTO societies.registrations
                            (id, tenant_id, society_id, user_id, form_id, request_hash, state, response_id)
                        SELECT gen_random_uuid(), tenant_id, id, \(student.id), gen_random_uuid(), '', \(state), \
                        gen_random_uuid() FROM societies.societies WHERE slug LIKE \(state) || '-%'
                        """,
                        scope: .platform
                    )
                }
            }
            try await fill(Quotas.undecidedRegistrations, "pending")
            #expect(try await refusal { try await societies.register(society.id, by: student) } == .quotaExceeded)
            try await societies.execute("UPDATE societies.registrations SET state = 'withdrawn'")
            #expect(try await refusal { try await societies.register(society.id, by: student) } == nil)
            try await societies.withdraw(society.id, by: student)
            try await fill(Quotas.registrationsPerDay - Quotas.undecidedRegistrations, "rejected")
            #expect(try await refusal { try await societies.register(society.id, by: student) } == .quotaExceeded)
        }
    }

    @Test("Six different registrations of one person at once end in one, and none in a deadlock", arguments: 0..<10)
    func sixAtOnce(round: Int) async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president, requiresApproval: round.isMultiple(of: 2))
            let outcomes = try await withThrowingTaskGroup { group in
                for number in 0..<6 {
                    group.addTask {
                        try await refusal {
                            try await societies.register(
                                society.id,
                                by: student,
                                answers: ServiceLab.answers(.string("answer \(number)"))
                            )
                        }
                    }
                }
                return try await group.reduce(into: [ErrorCode?]()) { $0.append($1) }
            }
            let allowed: [ErrorCode?] = [nil, .conflict, .alreadyRegistered, .alreadyMember]
            #expect(outcomes.allSatisfy { allowed.contains($0) }, "\(outcomes.map { $0?.code ?? "-" })")
            #expect(outcomes.contains(nil))
            try await societies.recover()
            #expect(try await societies.responses().count == 1)
        }
    }

    @Test("A rejected registration frees its place at once, or when forms is back")
    func rejectionFrees() async throws {
        try await withSocieties { societies in
            let (president, student) = (societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president)
            try await societies.configure(society.id, by: president)
            let first = try await societies.register(society.id, by: student)
            #expect(try await societies.reject(first, by: president).status == .rejected)
            #expect(try await societies.responses().isEmpty)

            let second = try await societies.register(society.id, by: student)
            societies.setDown("forms")
            #expect(try await societies.reject(second, by: president).status == .rejected)
            societies.setDown("forms", false)
            #expect(try await societies.responses().count == 1)
            try await societies.recover()
            #expect(try await societies.responses().isEmpty)
            #expect(try await societies.ownRegistration(society.id, by: student).reason != nil)
        }
    }
}
