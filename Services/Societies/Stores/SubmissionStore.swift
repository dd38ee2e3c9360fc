import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Every statement by which a registration gets from the first note of it to being submitted, or back to nothing.
struct SubmissionStore {
    let sql: any SQLExecutor

    /// The person's registration that is undecided or not even submitted; its row stays locked.
    func undecided(of user: UserID, in society: SocietyID) async throws -> UndecidedRegistration? {
        try await sql.first(
            """
            SELECT \(raw: Self.undecidedColumns) FROM registrations
            WHERE society_id = \(society) AND user_id = \(user) AND state IN ('submitting', 'pending') FOR UPDATE
            """,
            as: UndecidedRegistration.self
        )
    }

    /// Refuses a person who has begun the maximum number of registrations.
    ///
    /// Concurrent registrations of one person wait for each other, so that each counts the earlier ones.
    func requireQuota(of user: UserID) async throws {
        try await sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(\("registering \(user)"), 0))")
        let row = try await sql.one(
            """
            SELECT count(*) FILTER (WHERE state IN ('submitting', 'pending') AND retired_at IS NULL) AS undecided, \
            count(*) FILTER (WHERE registrations.created_at > now() - interval '1 day') AS recent
            FROM registrations JOIN societies ON societies.id = society_id WHERE user_id = \(user)
            """
        )
        let undecided: Int = try row["undecided"]
        guard undecided < Quotas.undecidedRegistrations else {
            throw ServiceError(
                .quotaExceeded,
                "\(Quotas.undecidedRegistrations) registrations of yours wait for a decision already."
            )
        }
        let recent: Int = try row["recent"]
        guard recent < Quotas.registrationsPerDay else {
            throw ServiceError(.quotaExceeded, "You have registered too often in 24 hours; try again tomorrow.")
        }
    }

    /// Notes that a person is about to submit, unless another request of theirs has just done so.
    func begin(_ user: UserID, in society: Society, formId: FormID, requestHash: [UInt8]) async throws {
        try await sql.execute(
            """
            INSERT INTO registrations (id, tenant_id, society_id, user_id, form_id, request_hash)
            VALUES (\(RegistrationID()), \(society.universityId), \(society.id), \(user), \(formId), \(requestHash))
            ON CONFLICT (society_id, user_id) WHERE state IN ('submitting', 'pending') DO NOTHING
            """
        )
    }

    /// Counts an attempt to submit, so that nobody takes the registration for forgotten.
    func attempt(by user: UserID, in society: SocietyID) async throws -> UndecidedRegistration? {
        try await sql.first(
            """
            UPDATE registrations SET attempts = attempts + 1, attempted_at = now()
            WHERE society_id = \(society) AND user_id = \(user) AND state IN ('submitting', 'pending')
            RETURNING \(raw: Self.undecidedColumns)
            """,
            as: UndecidedRegistration.self
        )
    }

    /// Makes the registration what it is from now on, once forms has the answers.
    ///
    /// - Returns: `nil` when it is no longer being submitted.
    func complete(
        _ id: RegistrationID,
        response: FormResponseID,
        as status: RegistrationStatus
    ) async throws -> Registration? {
        try await sql.first(
            """
            UPDATE registrations SET state = \(status), response_id = \(response), \
            decided_at = CASE WHEN \(status == .approved) THEN now() END
            WHERE id = \(id) AND state = 'submitting' RETURNING \(raw: RegistrationStore.columns)
            """,
            as: Registration.self
        )
    }

    /// Forgets an attempt that forms refused.
    ///
    /// Where another request has tried under the same key, forms may have accepted that one, so that the answers have
    /// to be taken back first.
    func refuse(_ id: RegistrationID) async throws {
        let deleted = try await sql.execute(
            "DELETE FROM registrations WHERE id = \(id) AND state = 'submitting' AND attempts = 1"
        )
        if deleted == 0 { try await abandon(id) }
    }

    /// Gives up what was not submitted; forms has yet to take the answers back.
    func abandon(_ id: RegistrationID) async throws {
        try await sql.execute(
            """
            UPDATE registrations SET state = 'abandoned', response_must_go = true
            WHERE id = \(id) AND state = 'submitting'
            """
        )
    }

    /// Gives up what nobody has worked at for so long that nobody does.
    func abandonForgotten(after patience: Duration) async throws {
        try await sql.execute(
            """
            UPDATE registrations SET state = 'abandoned', response_must_go = true
            WHERE id IN (
                SELECT id FROM registrations
                WHERE state = 'submitting' AND attempted_at < now() - make_interval(secs => \(patience / .seconds(1)))
                ORDER BY id FOR UPDATE SKIP LOCKED
            )
            """
        )
    }

    /// Lets go of the answers of a person's earlier registrations, which a new one replaces.
    func releaseEarlier(of user: UserID, in society: SocietyID) async throws -> [TakenBack] {
        try await sql.all(
            """
            UPDATE registrations SET response_must_go = true
            WHERE society_id = \(society) AND user_id = \(user) AND state IN ('approved', 'rejected')
            RETURNING id, tenant_id
            """,
            as: TakenBack.self
        )
    }

    /// A person's answers that forms has yet to take back.
    func takenBack(by user: UserID, in society: SocietyID) async throws -> [TakenBack] {
        try await sql.all(
            """
            SELECT id, tenant_id FROM registrations
            WHERE society_id = \(society) AND user_id = \(user) AND response_must_go
            """,
            as: TakenBack.self
        )
    }

    /// The answers that forms has yet to take back and that are due, those that have waited longest first.
    func takenBack(limit: Int) async throws -> [TakenBack] {
        try await sql.all(
            """
            SELECT id, tenant_id FROM registrations WHERE response_must_go AND recover_at <= now()
            ORDER BY recover_at LIMIT \(limit)
            """,
            as: TakenBack.self
        )
    }

    /// Lets others go first after forms could not take a registration's answers back.
    ///
    /// - Parameters:
    ///   - id: The registration.
    ///   - pause: The time until the next attempt, doubled with each failure, an hour at most.
    /// - Returns: The number of failures so far; `nil` if the registration is gone.
    /// - Throws: `PostgresError`.
    func postpone(_ id: RegistrationID, by pause: Duration) async throws -> Int? {
        let row = try await sql.first(
            """
            UPDATE registrations SET recovery_failures = recovery_failures + 1, recover_at = now() + make_interval(
                secs => least(3600, \(pause / .seconds(1)) * power(2, least(recovery_failures, 20)))
            )
            WHERE id = \(id) RETURNING recovery_failures
            """
        )
        guard let row else { return nil }
        let failures: Int = try row["recovery_failures"]
        return failures
    }

    /// Notes that forms has taken the answers back; of an abandoned registration nothing is left.
    func settle(_ id: RegistrationID) async throws {
        let deleted = try await sql.execute("DELETE FROM registrations WHERE id = \(id) AND state = 'abandoned'")
        if deleted == 0 {
            try await sql.execute(
                "UPDATE registrations SET response_must_go = false, recovery_failures = 0 WHERE id = \(id)"
            )
        }
    }

    private static let undecidedColumns = "id, form_id, state = 'pending' AS is_submitted, request_hash"
}

/// A registration that waits for a decision, or is on its way to.
struct UndecidedRegistration: PostgresRowDecodable {
    let id: RegistrationID
    let formId: FormID
    let isSubmitted: Bool
    let requestHash: [UInt8]

    init(row: PostgresRow) throws {
        id = try row["id"]
        formId = try row["form_id"]
        isSubmitted = try row["is_submitted"]
        requestHash = try row["request_hash"]
    }
}

/// A registration whose answers are to leave forms.
struct TakenBack: PostgresRowDecodable {
    let id: RegistrationID
    let universityId: UniversityID

    init(id: RegistrationID, universityId: UniversityID) {
        self.id = id
        self.universityId = universityId
    }

    init(row: PostgresRow) throws {
        self.init(id: try row["id"], universityId: try row["tenant_id"])
    }
}
