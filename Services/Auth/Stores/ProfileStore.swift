import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// Every statement that names the `profiles` and `profile_changes` tables; writers have locked the user's row.
struct ProfileStore {
    let sql: any SQLExecutor

    /// The profile; an empty one of revision 0 where nothing was said yet.
    func find(_ user: UserID) async throws -> Profile {
        let row = try await sql.first(
            "SELECT fields, student_id_verified, revision, updated_at FROM profiles WHERE user_id = \(user)"
        )
        return try row.map(Profile.init)
            ?? Profile(fields: ProfileFields(), studentIdVerified: nil, revision: 0, updatedAt: nil)
    }

    func save(_ fields: ProfileFields, studentIdVerified: Bool?, of user: RequestContext.User) async throws -> Profile {
        let row = try await sql.one(
            """
            INSERT INTO profiles AS profile (user_id, tenant_id, fields, student_id_verified, revision)
            VALUES (\(user.id), \(user.tenant), \(Stored(fields)), \(studentIdVerified), 1)
            ON CONFLICT (user_id) DO UPDATE SET fields = excluded.fields,
                student_id_verified = excluded.student_id_verified, revision = profile.revision + 1, updated_at = now()
            RETURNING fields, student_id_verified, revision, updated_at
            """
        )
        return try Profile(row)
    }

    /// The revision that an approved change led to; `nil` for one that was not applied yet.
    func revision(after change: ProfileChangeID, of user: UserID) async throws -> Int? {
        try await sql.first(
            "SELECT revision FROM profile_changes WHERE user_id = \(user) AND id = \(change)"
        )?["revision"]
    }

    func insert(_ change: ProfileChangeID, of user: RequestContext.User, revision: Int) async throws {
        try await sql.execute(
            """
            INSERT INTO profile_changes (user_id, id, tenant_id, revision)
            VALUES (\(user.id), \(change), \(user.tenant), \(revision))
            """
        )
    }

    /// Deletes a person's profile and the record of the changes applied to it.
    func erase(_ user: UserID) async throws {
        try await sql.execute("DELETE FROM profiles WHERE user_id = \(user)")
        try await sql.execute("DELETE FROM profile_changes WHERE user_id = \(user)")
    }
}

extension Profile {
    init(_ row: PostgresRow) throws {
        let fields: Stored<ProfileFields> = try row["fields"]
        self.init(
            fields: fields.value,
            studentIdVerified: try row["student_id_verified"],
            revision: try row["revision"],
            updatedAt: try row["updated_at"]
        )
    }
}
