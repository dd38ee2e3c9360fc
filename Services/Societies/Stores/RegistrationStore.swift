import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Every statement by which registrations that were submitted are read and decided.
struct RegistrationStore {
    let sql: any SQLExecutor

    /// Decides a registration that is still undecided; of two who decide at once, one finds it so.
    ///
    /// - Throws: `ALREADY_DECIDED`, `FORBIDDEN` for the officer's own, `PRECONDITION_FAILED` if the caller has not read
    ///   this revision, or `NOT_FOUND` for one that was never submitted to this society.
    func decide(
        _ id: RegistrationID,
        of society: SocietyID,
        _ status: RegistrationStatus,
        by officer: UserID,
        reason: Text<1, 1_000>? = nil,
        _ context: RequestContext
    ) async throws -> Registration {
        let present = try await sql.first(
            """
            SELECT \(raw: Self.columns) FROM registrations
            WHERE id = \(id) AND society_id = \(society) AND \(raw: Self.isSubmitted) FOR UPDATE
            """,
            as: Registration.self
        )
        guard let present else { throw ServiceError(.notFound) }
        guard present.userId != officer else {
            throw ServiceError(.forbidden, "Another officer decides your own registration.")
        }
        try context.checkPrecondition(present.etag)
        guard present.status == .pending else { throw ServiceError(.alreadyDecided) }
        return try await sql.one(
            """
            UPDATE registrations SET state = \(status), decided_by = \(officer), decided_at = now(), \
            reason = \(reason), response_must_go = \(status == .rejected)
            WHERE id = \(id) RETURNING \(raw: Self.columns)
            """,
            as: Registration.self
        )
    }

    /// Takes back a person's undecided registration, one that is being submitted at this moment too.
    ///
    /// - Returns: The registration whose answers forms has to give up.
    /// - Throws: `ALREADY_DECIDED`, `PRECONDITION_FAILED` if the caller has not read this revision, or `NOT_FOUND` if
    ///   there is nothing to withdraw.
    func withdraw(_ user: UserID, from society: SocietyID, _ context: RequestContext) async throws -> TakenBack {
        let present = try await sql.first(
            """
            SELECT id, tenant_id, state FROM registrations
            WHERE society_id = \(society) AND user_id = \(user) AND state IN ('pending', 'submitting') FOR UPDATE
            """
        )
        guard let present else {
            let latest = try await latest(of: user, in: society)
            throw ServiceError(latest.status == .withdrawn ? .notFound : .alreadyDecided)
        }
        let withdrawn = try TakenBack(row: present)
        let isPending = try present["state"] as String == RegistrationStatus.pending.rawValue
        try context.checkPrecondition(Registration.etag(of: withdrawn.id, isPending ? .pending : nil))
        try await sql.execute(
            """
            UPDATE registrations SET state = \(isPending ? "withdrawn" : "abandoned"), decided_at = now(), \
            response_must_go = true
            WHERE id = \(withdrawn.id)
            """
        )
        return withdrawn
    }

    /// Withdraws a person's undecided registrations, and removes what was written to them about decided ones.
    func erase(of user: UserID) async throws {
        let isUndecided = "state IN ('pending', 'submitting')"
        try await sql.execute(
            """
            UPDATE registrations SET reason = NULL,
                state = CASE state WHEN 'pending' THEN 'withdrawn' WHEN 'submitting' THEN 'abandoned' ELSE state END,
                decided_at = CASE WHEN \(raw: isUndecided) THEN now() ELSE decided_at END,
                response_must_go = response_must_go OR \(raw: isUndecided)
            WHERE user_id = \(user) AND (reason IS NOT NULL OR \(raw: isUndecided))
            """
        )
    }

    func find(_ id: RegistrationID) async throws -> Registration? {
        try await sql.first(
            "SELECT \(raw: Self.columns) FROM registrations WHERE id = \(id) AND \(raw: Self.isSubmitted)",
            as: Registration.self
        )
    }

    func latest(of user: UserID, in society: SocietyID) async throws -> Registration {
        let found = try await sql.first(
            """
            SELECT \(raw: Self.columns) FROM registrations
            WHERE society_id = \(society) AND user_id = \(user) AND \(raw: Self.isSubmitted)
            ORDER BY created_at DESC, id DESC LIMIT 1
            """,
            as: Registration.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    func list(_ request: ListRegistrations) async throws -> Page<Registration> {
        var matching: SQL = "FROM registrations WHERE society_id = \(request.id) AND \(raw: Self.isSubmitted)"
        if let status = request.status { matching += " AND state = \(status)" }
        let keyset = try Keyset(
            "created_at",
            as: .time,
            descending: request.sort?.isDescending ?? false,
            page: request.page
        )
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// The condition of rows that have a `RegistrationStatus`.
    static let isSubmitted = "state NOT IN ('submitting', 'abandoned')"
    static let columns = """
        id, society_id, user_id, state, form_id, response_id, reason, decided_by, decided_at, created_at
        """
}
