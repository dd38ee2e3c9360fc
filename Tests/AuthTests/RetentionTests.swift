import AuthContracts
import Contracts
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import Auth

@Suite("How long auth keeps rows", .timeLimit(.minutes(10)))
struct RetentionTests {
    @Test("Every table has a period or a reason, which the documentation repeats")
    func declarations() async throws {
        try await withAuth { auth in
            let walk = RetentionWalk("auth", authTables(auth.settings), in: auth.testDatabase)
            let undeclared = try await walk.undeclared()
            #expect(undeclared == [])
            #expect(try walk.undocumented() == [])
        }
    }

    @Test("Rows whose period has ended are removed in batches, and all others stay")
    func removal() async throws {
        try await withAuth { auth in
            let walk = RetentionWalk("auth", authTables(auth.settings), in: auth.testDatabase)
            let faults = try await walk.faults(
                [
                    RetentionSample("refresh_tokens", "spent") { moment in
                        """
                        INSERT INTO auth.refresh_tokens (hash, session_id, spent_at, successor, sealed_successor)
                        SELECT uuid_send(gen_random_uuid()), \(Self.keeper), \(moment), '', ''
                        FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample("sessions", "revoked") { moment in
                        """
                        INSERT INTO auth.sessions
                            (id, user_id, created_at, last_used_at, expires_at, revoked_at, revoked_in)
                        SELECT gen_random_uuid(), \(Self.keeper), now(), now(), now() + interval '9 years', \(moment), 1
                        FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample("sessions", "expired") { moment in
                        """
                        INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at)
                        SELECT gen_random_uuid(), \(Self.keeper), now(), now(), \(moment) FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample("api_keys", "revoked") { Self.keys(revokedAt: $0, expiresAt: "NULL") },
                    RetentionSample("api_keys", "expired") { Self.keys(revokedAt: "NULL", expiresAt: $0) },
                    RetentionSample("sign_in_failures", "all") { moment in
                        """
                        INSERT INTO auth.sign_in_failures (account, source, failed_at, updated_at)
                        SELECT uuid_send(gen_random_uuid()), '', '{}', \(moment) FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample("known_networks", "all") { moment in
                        """
                        INSERT INTO auth.known_networks (user_id, network, used_at)
                        SELECT \(Self.keeper), gen_random_uuid()::text, \(moment) FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample("profile_changes", "all") { moment in
                        """
                        INSERT INTO auth.profile_changes (user_id, id, revision, applied_at)
                        SELECT \(Self.keeper), gen_random_uuid(), 1, \(moment) FROM generate_series(1, 3)
                        """
                    },
                    RetentionSample("users", "deleted") { moment in
                        """
                        INSERT INTO auth.users (id, email, name, role, password_hash, deleted_at)
                        SELECT id, id::text || '@mail.example', 'Ada', 'student', '', \(moment)
                        FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 3)) AS new
                        """
                    },
                ],
                setup: [
                    """
                    INSERT INTO auth.users (id, email, name, role, password_hash)
                    VALUES (\(Self.keeper), 'keeper@mail.example', 'Grace', 'student', '')
                    """,
                    """
                    INSERT INTO auth.sessions (id, user_id, created_at, last_used_at, expires_at)
                    VALUES (\(Self.keeper), \(Self.keeper), now(), now(), now() + interval '9 years')
                    """,
                ]
            )
            #expect(faults == [])
        }
    }

    @Test("Everything that belongs to a deleted account is removed with it")
    func account() async throws {
        try await withAuth { auth in
            let user = try await auth.user(auth.register())
            _ = try await auth.replace(ProfileFields(), of: user)
            let kept = try await auth.register().user
            try await auth.lab.execute(
                "UPDATE auth.users SET deleted_at = now() - interval '31 days' WHERE id = \(user.id)"
            )
            let retention = Retention(
                of: authTables(auth.settings),
                in: auth.database.database,
                metrics: Metrics(),
                logger: .silent
            )
            _ = await retention.round()
            try await auth.superuser { database in
                let left: [UserID] = try await database.query("SELECT id FROM auth.users", scope: .none)
                    .map { try $0[0] }
                #expect(left == [kept.id])
                for table in ["sessions", "profiles", "known_networks"] {
                    let rows: Int = try await database.one(
                        "SELECT count(*) FROM auth.\(raw: table) WHERE user_id = \(user.id)",
                        scope: .none
                    )[0]
                    #expect(rows == 0, "\(table)")
                }
            }
        }
    }

    /// The account and the session that the rows belong to.
    private static let keeper = UserID()

    private static func keys(revokedAt: SQL, expiresAt: SQL) -> SQL {
        """
        INSERT INTO auth.api_keys
            (id, user_id, name, prefix, hash, scopes, created_at, expires_at, revoked_at, revoked_in)
        SELECT gen_random_uuid(), \(keeper), 'key', '', uuid_send(gen_random_uuid()), '{}', now(), new.expires_at,
            new.revoked_at, CASE WHEN new.revoked_at IS NULL THEN NULL ELSE 1 END
        FROM (
            SELECT CAST(\(expiresAt) AS timestamptz) AS expires_at, CAST(\(revokedAt) AS timestamptz) AS revoked_at
        ) AS new, generate_series(1, 3)
        """
    }
}
