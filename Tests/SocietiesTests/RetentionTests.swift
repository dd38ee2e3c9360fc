import Contracts
import FormsContracts
import Postgres
import ServiceKit
import SocietiesContracts
import TestKit
import Testing

@testable import Societies

@Suite("How long societies keeps rows", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test("Every table has a period or a reason, which the documentation repeats")
    func declarations() async throws {
        try await withSocieties { societies in
            let walk = RetentionWalk("societies", societiesTables, in: societies.testDatabase)
            let undeclared = try await walk.undeclared()
            #expect(undeclared == [])
            #expect(try walk.undocumented() == [])
        }
    }

    @Test("Rows whose period has ended are removed in batches, and all others stay")
    func removal() async throws {
        try await withSocieties { societies in
            let walk = RetentionWalk("societies", societiesTables, in: societies.testDatabase)
            let faults = try await walk.faults(
                [
                    RetentionSample("members", "former") { moment in
                        """
                        INSERT INTO societies.members (tenant_id, society_id, user_id, role, left_at)
                        SELECT \(Self.university), \(Self.society), gen_random_uuid(), 'member', \(moment)
                        FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample(
                        "members",
                        "of deleted societies",
                        others: { Self.members(deletedAt: $0, leftAt: "now()") },
                        insert: { Self.members(deletedAt: $0, leftAt: "NULL") }
                    ),
                    RetentionSample(
                        "registrations",
                        "rejected, withdrawn",
                        others: { moment in
                            """
                            INSERT INTO societies.registrations (id, tenant_id, society_id, user_id, state, form_id,
                                request_hash, response_id, response_must_go, created_at)
                            SELECT gen_random_uuid(), \(Self.university), \(Self.society), gen_random_uuid(),
                                kept.state, gen_random_uuid(), '', gen_random_uuid(), kept.response_must_go, \(moment)
                            FROM (VALUES ('pending', false), ('approved', false), ('withdrawn', true))
                                AS kept (state, response_must_go)
                            """
                        },
                        insert: { moment in
                            """
                            INSERT INTO societies.registrations (id, tenant_id, society_id, user_id, state, form_id,
                                request_hash, response_id, created_at, decided_at)
                            SELECT gen_random_uuid(), \(Self.university), \(Self.society), gen_random_uuid(),
                                ended.state, gen_random_uuid(), '', gen_random_uuid(),
                                CASE WHEN ended.is_decided THEN now() - interval '9 years' ELSE \(moment) END,
                                CASE WHEN ended.is_decided THEN \(moment) END
                            FROM (VALUES ('rejected', true), ('withdrawn', false), ('withdrawn', false))
                                AS ended (state, is_decided)
                            """
                        }
                    ),
                    RetentionSample(
                        "registrations",
                        "of deleted societies",
                        others: { Self.registrations(deletedAt: $0, mustGo: "true") },
                        insert: { Self.registrations(deletedAt: $0, mustGo: "false") }
                    ),
                    RetentionSample("registration_settings", "of deleted societies") { moment in
                        """
                        WITH gone AS (\(Self.societies(deletedAt: moment)))
                        INSERT INTO societies.registration_settings (society_id, tenant_id, form_id, requires_approval)
                        SELECT id, tenant_id, gen_random_uuid(), true FROM gone
                        """
                    },
                    RetentionSample("moderations", "all") { moment in
                        """
                        INSERT INTO societies.moderations (tenant_id, society_id, moderator_id, action, happened_at)
                        SELECT \(Self.university), \(Self.society), gen_random_uuid(), 'approve', \(moment)
                        FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample(
                        "societies",
                        "deleted",
                        others: { moment in
                            """
                            WITH moderated AS (\(Self.societies(deletedAt: moment))),
                                referred AS (\(Self.societies(deletedAt: moment))),
                                stuck AS (
                                    INSERT INTO societies.registrations (id, tenant_id, society_id, user_id, state,
                                        form_id, request_hash, response_must_go)
                                    SELECT gen_random_uuid(), tenant_id, id, gen_random_uuid(), 'abandoned',
                                        gen_random_uuid(), '', true
                                    FROM referred
                                )
                            INSERT INTO societies.moderations (tenant_id, society_id, moderator_id, action)
                            SELECT tenant_id, id, gen_random_uuid(), 'archive' FROM moderated
                            """
                        },
                        insert: { Self.societies(deletedAt: $0) }
                    ),
                ],
                setup: [
                    """
                    INSERT INTO societies.societies (id, tenant_id, name, slug, visibility, created_by)
                    VALUES (\(Self.society), \(Self.university), 'Chess', 'chess', 'public', gen_random_uuid())
                    """
                ]
            )
            #expect(faults == [])
        }
    }

    @Test("A former member's registration goes once forms has taken the answers back, and a present one's stays")
    func formerMember() async throws {
        try await withSocieties { societies in
            let (president, leaver, member) = (societies.student(), societies.student(), societies.student())
            let society = try await societies.activeSociety(by: president).id
            try await societies.configure(society, by: president, requiresApproval: true)
            for person in [leaver, member] {
                let registration = try await societies.register(society, by: person)
                _ = try await societies.approve(registration, by: president)
            }
            try await societies.leave(society, by: leaver)
            try await societies.superuser { database in
                for statement: SQL in [
                    "UPDATE societies.members SET left_at = left_at - interval '366 days'",
                    "UPDATE societies.registrations SET decided_at = decided_at - interval '9 years'",
                ] { try await database.execute(statement, scope: .none) }
            }
            let retention = Retention(
                of: societiesTables,
                in: societies.database.database,
                metrics: Metrics(),
                logger: .silent
            )
            _ = await retention.round()
            societies.setDown("forms")
            try? await societies.recover()  // forms is down: nothing is forgotten meanwhile
            #expect(try await societies.registrations().sorted() == ["abandoned", "approved"])
            societies.setDown("forms", false)
            try await societies.recover()
            #expect(try await societies.registrations() == ["approved"])
            let respondents = try await societies.query("SELECT user_id FROM forms.form_responses")
            #expect(try respondents.map { try $0["user_id"] as UserID } == [member.id])
            #expect(try await societies.get(society, by: member).memberCount == 2)
        }
    }

    /// The society of the rows that are not of a deleted one.
    private static let university = UniversityID()
    private static let society = SocietyID()

    /// Adds three deleted societies.
    private static func societies(deletedAt: SQL) -> SQL {
        """
        INSERT INTO societies.societies (id, tenant_id, name, slug, visibility, created_by, retired_at, deleted_at)
        SELECT id, \(university), id::text, id::text, 'public', gen_random_uuid(), \(deletedAt), \(deletedAt)
        FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 3)) AS new
        RETURNING id, tenant_id
        """
    }

    private static func members(deletedAt: SQL, leftAt: SQL) -> SQL {
        """
        WITH gone AS (\(societies(deletedAt: deletedAt)))
        INSERT INTO societies.members (tenant_id, society_id, user_id, role, left_at)
        SELECT tenant_id, id, gen_random_uuid(), 'member', \(leftAt) FROM gone
        """
    }

    private static func registrations(deletedAt: SQL, mustGo: SQL) -> SQL {
        """
        WITH gone AS (\(societies(deletedAt: deletedAt)))
        INSERT INTO societies.registrations
            (id, tenant_id, society_id, user_id, state, form_id, request_hash, response_id, response_must_go)
        SELECT gen_random_uuid(), tenant_id, id, gen_random_uuid(), 'approved', gen_random_uuid(), '',
            gen_random_uuid(), \(mustGo)
        FROM gone
        """
    }
}
