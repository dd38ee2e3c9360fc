import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Every statement that names the `societies` table first.
struct SocietyStore {
    let sql: any SQLExecutor

    /// Makes this transaction the only one that changes the society or who belongs to it.
    ///
    /// Lock order: this lock first, then a person's rows, then a registration.
    /// A statement of its own: what is read after it sees all that earlier holders committed.
    ///
    /// - Throws: `NOT_FOUND` for a society of another university too, even a public one.
    func lock(_ id: SocietyID) async throws {
        guard
            try await sql.first("SELECT FROM societies WHERE id = \(id) AND deleted_at IS NULL FOR NO KEY UPDATE")
                != nil
        else { throw ServiceError(.notFound) }
    }

    /// Locks all societies that a person belongs to or waits to join, in one order always.
    ///
    /// - Returns: The societies.
    func lockAll(of user: UserID) async throws -> [SocietyID] {
        try await sql.query(
            """
            SELECT id FROM societies WHERE deleted_at IS NULL AND id IN (
                SELECT society_id FROM members WHERE user_id = \(user) AND left_at IS NULL
                UNION
                SELECT society_id FROM registrations WHERE user_id = \(user) AND state IN ('submitting', 'pending')
            )
            ORDER BY id FOR NO KEY UPDATE
            """
        ).map { try $0["id"] }
    }

    /// - Throws: `NOT_FOUND` where the society does not exist for this person.
    func standing(of user: RequestContext.User?, in id: SocietyID) async throws -> Standing {
        let found = try await sql.first(
            """
            SELECT \(raw: Self.columns), role FROM societies
            LEFT JOIN members ON society_id = societies.id AND user_id = \(user?.id) AND left_at IS NULL
            WHERE societies.id = \(id) AND deleted_at IS NULL
            """
        )
        guard let found else { throw ServiceError(.notFound) }
        let society = try Society(row: found)
        let standing = Standing(
            society: society,
            role: try found["role"],
            isModerator: user?.may(.moderateSocieties, in: society.universityId) ?? false
        )
        guard standing.isVisible else { throw ServiceError(.notFound) }
        return standing
    }

    /// Locks the society and says what the person is to it.
    func lockedStanding(of user: RequestContext.User, in id: SocietyID) async throws -> Standing {
        try await lock(id)
        return try await standing(of: user, in: id)
    }

    func isFounder(_ user: UserID, of id: SocietyID) async throws -> Bool {
        try await sql.first("SELECT FROM societies WHERE id = \(id) AND created_by = \(user)") != nil
    }

    /// - Throws: `NOT_FOUND` when it was deleted.
    func get(_ id: SocietyID) async throws -> Society {
        let found = try await sql.first(
            "SELECT \(raw: Self.columns) FROM societies WHERE id = \(id) AND deleted_at IS NULL",
            as: Society.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    /// Adds a society that waits for a moderator; without a slug of the caller's choice it gets a free one from its name.
    func insert(
        _ new: CreateSociety,
        id: SocietyID,
        by user: UserID,
        at university: UniversityID,
        from network: [UInt8]?
    ) async throws -> Society {
        try await requireQuota(of: user, at: university, from: network)
        let slug = if let slug = new.slug { slug } else { try await freeSlug(for: new.name, id: id, at: university) }
        let details = SocietyDetails(
            name: new.name,
            slug: slug,
            description: new.description,
            logo: new.logo,
            visibility: new.visibility ?? .public
        )
        try await release(details.slug, at: university)
        return try await sql.one(
            """
            INSERT INTO societies
                (id, tenant_id, created_by, name, slug, description, logo, visibility, founding_network)
            VALUES (\(id), \(university), \(user), \(details.name), \(details.slug), \(details.description), \
            \(details.logo), \(details.visibility), \(network))
            RETURNING \(raw: Self.columns)
            """,
            as: Society.self
        )
    }

    /// Writes what officers decide; the caller has locked the row.
    func update(_ id: SocietyID, _ details: SocietyDetails, at university: UniversityID) async throws -> Society {
        try await release(details.slug, at: university)
        return try await sql.one(
            """
            UPDATE societies SET name = \(details.name), shares_name = shares_name AND name = \(details.name), \
            slug = \(details.slug), description = \(details.description), logo = \(details.logo), \
            visibility = \(details.visibility), updated_at = clock_timestamp()
            WHERE id = \(id) RETURNING \(raw: Self.columns)
            """,
            as: Society.self
        )
    }

    /// Returns a university's active public societies, newest first.
    func open(at university: UniversityID, limit: Int) async throws -> [EntityID] {
        try await sql.query(
            """
            SELECT id FROM societies WHERE tenant_id = \(university) AND status = 'active' AND visibility = 'public'
                AND deleted_at IS NULL
            ORDER BY created_at DESC, id DESC LIMIT \(limit)
            """
        ).readable { try $0["id"] }
    }

    /// Changes a society's status; archiving one that was never active frees its slug.
    func setStatus(_ status: SocietyStatus, of id: SocietyID) async throws -> Society {
        try await sql.one(
            """
            UPDATE societies SET status = \(status), updated_at = clock_timestamp(), founding_network = NULL, \
            retired_at = CASE WHEN \(status == .archived) THEN now() END, \
            holds_slug = holds_slug AND NOT (status = 'pending' AND \(status == .archived))
            WHERE id = \(id) RETURNING \(raw: Self.columns)
            """,
            as: Society.self
        )
    }

    /// Deletes a society and frees its name, and its slug too if it was never active, so that no links use it.
    func delete(_ id: SocietyID) async throws {
        try await sql.execute(
            """
            UPDATE societies SET deleted_at = now(), retired_at = coalesce(retired_at, now()), founding_network = NULL, \
            holds_slug = holds_slug AND status <> 'pending'
            WHERE id = \(id)
            """
        )
    }

    /// Refuses a society beyond the limit of its founder, its university or its founder's network.
    ///
    /// Archived societies don't count toward the university's limit. Pending ones have a limit of their own, since
    /// anybody may found them and moderators can't delete them. A network may be a whole campus, so one whose share is
    /// used up still has room for founders without a pending society. Concurrent foundings at one university wait for
    /// each other, so that each counts the earlier ones.
    private func requireQuota(of founder: UserID, at university: UniversityID, from network: [UInt8]?) async throws {
        try await sql.execute("SELECT pg_advisory_xact_lock(hashtextextended(\("founding \(university)"), 0))")
        let own = try await sql.one(
            """
            SELECT (
                SELECT count(*) FROM societies
                WHERE created_by = \(founder) AND status = 'pending' AND deleted_at IS NULL
            ) AS waiting, (
                SELECT count(*) FROM societies
                WHERE created_by = \(founder) AND created_at > now() - interval '24 hours'
            ) AS founded
            """
        )
        let waiting: Int = try own["waiting"]
        guard waiting < Quotas.pendingSocieties else {
            throw ServiceError(
                .quotaExceeded,
                "Already \(Quotas.pendingSocieties) of your societies await moderation; try again after a decision."
            )
        }
        let founded: Int = try own["founded"]
        guard founded < Quotas.foundingsPerDay else {
            throw ServiceError(
                .quotaExceeded,
                "You founded \(Quotas.foundingsPerDay) societies in the last 24 hours; try again later."
            )
        }
        let all = try await sql.one(
            """
            SELECT count(*) FILTER (WHERE status <> 'pending') AS approved,
                count(*) FILTER (WHERE status = 'pending') AS pending,
                count(*) FILTER (WHERE status = 'pending' AND founding_network = \(network)) AS neighbours
            FROM societies WHERE tenant_id = \(university) AND retired_at IS NULL
            """
        )
        let (approved, pending, neighbours): (Int, Int, Int) = (
            try all["approved"], try all["pending"], try all["neighbours"]
        )
        guard approved < Quotas.societies else { throw Self.universityIsFull }
        guard pending < Quotas.societies else {
            throw ServiceError(
                .quotaExceeded,
                "Too many of the university's societies await moderation; try again later."
            )
        }
        let share = waiting == 0 ? Quotas.firstPendingSocietiesPerNetwork : Quotas.pendingSocietiesPerNetwork
        guard pending < Quotas.unsharedPendingSocieties || neighbours < share else {
            throw ServiceError(
                .quotaExceeded,
                "Too many societies founded from your network await moderation; try again later."
            )
        }
    }

    /// Requires room for one more approved society at a university; concurrent approvals may exceed the limit by a few.
    ///
    /// - Throws: `QUOTA_EXCEEDED`.
    func requireRoomForApproved(at university: UniversityID) async throws {
        let approved: Int = try await sql.one(
            """
            SELECT count(*) FROM societies
            WHERE tenant_id = \(university) AND status IN ('active', 'suspended') AND retired_at IS NULL
            """
        )[0]
        guard approved < Quotas.societies else { throw Self.universityIsFull }
    }

    private static var universityIsFull: ServiceError {
        ServiceError(.quotaExceeded, "The university has as many societies as it may have.")
    }

    private func freeSlug(for name: Name, id: SocietyID, at university: UniversityID) async throws -> Slug {
        guard let suggested = Slug.suggested(by: name) else { return .distinguished(nil, by: id) }
        let taken = try await sql.first(
            "SELECT FROM societies WHERE tenant_id = \(university) AND slug = \(suggested) AND holds_slug"
        )
        return taken == nil ? suggested : .distinguished(suggested, by: id)
    }

    /// Frees the slug of a society that ended more than a year ago, so that links do not lead elsewhere too soon.
    private func release(_ slug: Slug, at university: UniversityID) async throws {
        try await sql.execute(
            """
            UPDATE societies SET holds_slug = false
            WHERE tenant_id = \(university) AND slug = \(slug) AND holds_slug AND retired_at < now() - interval '1 year'
            """
        )
    }

    static let columns = """
        societies.id, societies.tenant_id, name, slug, description, logo, status, visibility, member_count, \
        created_at, updated_at
        """
}

/// The details of a society that its officers edit.
struct SocietyDetails: Equatable {
    let name: Name
    let slug: Slug
    let description: Description?
    let logo: WebAddress?
    let visibility: SocietyVisibility
}

extension SocietyDetails {
    /// Takes the decisions about a society so far.
    init(_ society: Society) {
        self.init(
            name: society.name,
            slug: society.slug,
            description: society.description,
            logo: society.logo,
            visibility: society.visibility
        )
    }
}
