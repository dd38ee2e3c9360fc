import Contracts
import Postgres
import ServiceKit
import SocietiesContracts

/// Every statement that names the `members` table first.
///
/// Whoever changes it has locked the society's row.
struct MemberStore {
    let sql: any SQLExecutor

    /// Makes a person a member and counts them; does nothing for whoever is one already.
    ///
    /// - Returns: `true` if the person is new.
    func insert(
        _ user: UserID,
        as role: MemberRole,
        by registration: RegistrationID? = nil,
        in society: Society
    ) async throws -> Bool {
        let added = try await sql.execute(
            """
            INSERT INTO members (tenant_id, society_id, user_id, role, registration_id)
            VALUES (\(society.universityId), \(society.id), \(user), \(role), \(registration))
            ON CONFLICT (society_id, user_id) WHERE left_at IS NULL DO NOTHING
            """
        )
        try await count(added, in: society.id)
        return added == 1
    }

    /// Ends a membership; the row stays for a year as its history.
    func end(_ user: UserID, in society: SocietyID) async throws {
        let removed = try await sql.execute(
            """
            UPDATE members SET left_at = now()
            WHERE society_id = \(society) AND user_id = \(user) AND left_at IS NULL
            """
        )
        try await count(-removed, in: society)
    }

    func find(_ user: UserID, in society: SocietyID) async throws -> Member? {
        try await sql.first(
            """
            SELECT \(raw: Self.columns) FROM members
            WHERE society_id = \(society) AND user_id = \(user) AND left_at IS NULL
            """,
            as: Member.self
        )
    }

    /// - Throws: `NOT_FOUND` for whoever is no member.
    func get(_ user: UserID, in society: SocietyID) async throws -> Member {
        guard let member = try await find(user, in: society) else { throw ServiceError(.notFound) }
        return member
    }

    func setRole(_ role: MemberRole, of user: UserID, in society: SocietyID) async throws -> Member {
        try await sql.one(
            """
            UPDATE members SET role = \(role)
            WHERE society_id = \(society) AND user_id = \(user) AND left_at IS NULL RETURNING \(raw: Self.columns)
            """,
            as: Member.self
        )
    }

    /// Makes the president an officer, so that another can take the one place there is.
    ///
    /// - Returns: The former president; `nil` if the society had none.
    func demotePresident(of society: SocietyID) async throws -> UserID? {
        try await sql.first(
            """
            UPDATE members SET role = 'admin' WHERE society_id = \(society) AND role = 'president' AND left_at IS NULL
            RETURNING user_id
            """
        ).map { try $0["user_id"] }
    }

    /// Returns the officer of longest standing beside the president; `nil` if the society has none.
    func successor(in society: SocietyID) async throws -> UserID? {
        try await sql.first(
            """
            SELECT user_id FROM members WHERE society_id = \(society) AND role = 'admin' AND left_at IS NULL
            ORDER BY joined_at, user_id LIMIT 1
            """
        ).map { try $0["user_id"] }
    }

    /// Returns a person's memberships at every university, latest first.
    func memberships(of user: UserID, limit: Int) async throws -> [EntityMembership] {
        try await sql.query(
            """
            SELECT society_id, role, status FROM members JOIN societies ON societies.id = society_id
            WHERE user_id = \(user) AND left_at IS NULL AND deleted_at IS NULL ORDER BY joined_at DESC LIMIT \(limit)
            """
        ).readable { row in
            let (role, status): (MemberRole, SocietyStatus) = (try row["role"], try row["status"])
            return EntityMembership(id: try row["society_id"], isOfficer: role.isOfficer, status: EntityStatus(status))
        }
    }

    /// The number of members who came by registration, which a capacity limits.
    ///
    /// Only the others are counted, who are few.
    func countAdmitted(in society: SocietyID) async throws -> Int {
        try await sql.one(
            """
            SELECT member_count - (
                SELECT count(*) FROM members
                WHERE society_id = \(society) AND left_at IS NULL AND registration_id IS NULL
            ) AS admitted
            FROM societies WHERE id = \(society)
            """
        )["admitted"]
    }

    /// Checks that a society may have another officer.
    ///
    /// - Throws: `QUOTA_EXCEEDED`.
    func requireOfficerPlace(in society: SocietyID) async throws {
        let officers: Int = try await sql.one(
            """
            SELECT count(*) AS count FROM members
            WHERE society_id = \(society) AND left_at IS NULL AND role <> 'member'
            """
        )["count"]
        guard officers < Quotas.officers else {
            throw ServiceError(.quotaExceeded, "A society may have at most \(Quotas.officers) officers.")
        }
    }

    func officers(of society: SocietyID) async throws -> [UserID] {
        try await sql.query(
            """
            SELECT user_id FROM members
            WHERE society_id = \(society) AND left_at IS NULL AND role <> 'member' ORDER BY joined_at, user_id
            """
        ).readable { try $0["user_id"] }
    }

    /// Lists the members of a society.
    ///
    /// - Parameters:
    ///   - request: The society, and which of its members.
    ///   - society: The same society, which knows how many members it has.
    /// - Returns: The part of the list that is asked for.
    /// - Throws: `ValidationError` for a place that the list doesn't have; `PostgresError`.
    func list(_ request: ListMembers, of society: Society) async throws -> Page<Member> {
        var matching: SQL = "FROM members WHERE society_id = \(request.id) AND left_at IS NULL"
        if let role = request.role {
            matching += " AND role = \(role)"
            // What the index of officers says, so that it is used whatever the role is bound to.
            if role.isOfficer { matching += " AND role <> 'member'" }
        }
        let keyset = try Keyset(
            "joined_at",
            as: .time,
            id: "user_id",
            descending: request.sort?.isDescending ?? false,
            page: request.page
        )
        let total = request.role == nil ? society.memberCount : nil
        return try await keyset.read(Self.columns, matching, from: sql, total: total)
    }

    private func count(_ change: Int, in society: SocietyID) async throws {
        guard change != 0 else { return }
        try await sql.execute("UPDATE societies SET member_count = member_count + \(change) WHERE id = \(society)")
    }

    private static let columns = "user_id, role, joined_at"
}
