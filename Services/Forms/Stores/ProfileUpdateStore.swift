import AuthContracts
import Contracts
import FormsContracts
import Postgres
import ServiceKit

/// A profile update with what the service alone needs of it.
struct StoredProfileUpdate: Sendable, PostgresRowDecodable {
    let update: ProfileUpdate
    let tenant: UniversityID
    let user: UserID
    let path: ProfilePath
    /// At which revision of the profile the change was sent, and perhaps made; `nil` while it was not.
    let sentAtRevision: Int?

    static let columns = """
        id, tenant_id, user_id, form_id, response_id, question_id, profile_field_key, profile_path, old_value,
        new_value, status, applying_at_revision, created_at, decided_at
        """

    init(row: PostgresRow) throws {
        update = ProfileUpdate(
            id: try row["id"],
            formId: try row["form_id"],
            responseId: try row["response_id"],
            questionId: try row["question_id"],
            profileFieldKey: try row["profile_field_key"],
            oldValue: try row["old_value"],
            newValue: try row["new_value"],
            status: try row["status"],
            createdAt: try row["created_at"],
            decidedAt: try row["decided_at"]
        )
        tenant = try row["tenant_id"]
        user = try row["user_id"]
        path = ProfilePath(unchecked: try row["profile_path"])
        sentAtRevision = try row["applying_at_revision"]
    }

    init(_ update: ProfileUpdate, tenant: UniversityID, user: UserID, path: ProfilePath) {
        self.update = update
        self.tenant = tenant
        self.user = user
        self.path = path
        sentAtRevision = nil
    }
}

/// Every statement that names the `profile_updates` table on its own account.
struct ProfileUpdateStore {
    let sql: any SQLExecutor

    /// The maximum number of updates per person, decided or pending; those being applied are never deleted.
    private static let maximumOfPerson = 500

    /// Adds the updates from one response, replacing pending updates of the same paths.
    ///
    /// Updates being applied stay, since they may already have taken effect. Of the others, the oldest beyond the
    /// maximum are deleted.
    ///
    /// - Parameter updates: Updates of one person from one response, with distinct paths.
    /// - Throws: `PostgresError`.
    func insert(_ updates: [StoredProfileUpdate]) async throws {
        guard let first = updates.first else { return }
        let oldValues: [JSONValue] = updates.map { $0.update.oldValue ?? .null }
        try await sql.execute(
            """
            DELETE FROM profile_updates
            WHERE user_id = \(first.user) AND profile_path = ANY(\(updates.map(\.path.text)))
                AND status = 'pending' AND applying_at_revision IS NULL
            """
        )
        try await sql.execute(
            """
            INSERT INTO profile_updates (id, tenant_id, user_id, form_id, response_id, question_id,
                profile_field_key, profile_path, old_value, new_value, created_at)
            SELECT new.id, \(first.tenant), \(first.user), \(first.update.formId), \(first.update.responseId),
                new.question_id, new.profile_field_key, new.profile_path, nullif(new.old_value, 'null'),
                new.new_value, \(first.update.createdAt)
            FROM unnest(\(updates.map(\.update.id)), \(updates.map(\.update.questionId)),
                \(updates.map(\.update.profileFieldKey)), \(updates.map(\.path.text)),
                \(oldValues), \(updates.map(\.update.newValue)))
                AS new (id, question_id, profile_field_key, profile_path, old_value, new_value)
            """
        )
        try await sql.execute(
            """
            DELETE FROM profile_updates WHERE id IN (
                SELECT id FROM profile_updates WHERE user_id = \(first.user)
                ORDER BY created_at DESC, id DESC OFFSET \(Self.maximumOfPerson)
            ) AND (status <> 'pending' OR applying_at_revision IS NULL)
            """
        )
    }

    /// The user's own update.
    func find(_ id: ProfileUpdateID, of user: UserID) async throws -> StoredProfileUpdate? {
        try await sql.first(
            """
            SELECT \(raw: StoredProfileUpdate.columns) FROM profile_updates WHERE id = \(id) AND user_id = \(user)
            """,
            as: StoredProfileUpdate.self
        )
    }

    /// Notes, before a change is sent, at which revision of the profile: from now on it may have been made.
    ///
    /// - Returns: `true` if the update still waits; one that was decided or replaced meanwhile must not be sent.
    /// - Throws: `PostgresError`.
    @discardableResult
    func note(_ id: ProfileUpdateID, sentAtRevision revision: Int?) async throws -> Bool {
        try await sql.first(
            """
            UPDATE profile_updates SET applying_at_revision = \(revision) WHERE id = \(id) AND status = 'pending'
            RETURNING id
            """
        ) != nil
    }

    /// Decides a pending update; a rejection only while the change has not been sent.
    ///
    /// Repeating a decision changes nothing.
    ///
    /// - Returns: The update after the decision.
    /// - Throws: `ALREADY_DECIDED` after a different decision, `INVALID_STATE` for the rejection of a change that may
    ///   have been applied, `NOT_FOUND` for another person's update.
    func decide(_ id: ProfileUpdateID, of user: UserID, _ status: ProfileUpdateStatus) async throws -> ProfileUpdate {
        let decided = try await sql.first(
            """
            UPDATE profile_updates SET status = \(status), decided_at = now()
            WHERE id = \(id) AND user_id = \(user) AND status = 'pending'
                AND (\(status) = 'approved' OR applying_at_revision IS NULL)
            RETURNING \(raw: StoredProfileUpdate.columns)
            """,
            as: StoredProfileUpdate.self
        )
        if let decided { return decided.update }
        guard let stored = try await find(id, of: user) else { throw ServiceError(.notFound) }
        switch stored.update.status {
        case status: return stored.update
        case .pending: throw ServiceError(.invalidState, "This update is being approved.")
        case .approved, .rejected: throw ServiceError(.alreadyDecided)
        }
    }

    /// Deletes all updates of a person.
    func erase(of user: UserID) async throws {
        try await sql.execute("DELETE FROM profile_updates WHERE user_id = \(user)")
    }

    func page(_ request: ListProfileUpdates, of user: UserID) async throws -> Page<ProfileUpdate> {
        let matching: SQL = """
            FROM profile_updates
            WHERE user_id = \(user) AND (\(request.status)::text IS NULL OR status = \(request.status))
            """
        let keyset = try Keyset(
            "created_at",
            as: .time,
            descending: true,
            page: request.page,
            bytes: "coalesce(octet_length(old_value::text), 0) + octet_length(new_value::text)"
        )
        return try await keyset.read(StoredProfileUpdate.columns, matching, from: sql) {
            (stored: StoredProfileUpdate) in stored.update
        }
    }
}
