import AuthContracts
import Contracts
import Postgres
import ServiceKit

/// The values for a new account.
struct NewUser {
    let email: EmailAddress
    let name: Name
    let role: Role
    let tenant: UniversityID?
    let passwordHash: String

    var scope: TenantScope { tenant.map(TenantScope.university) ?? .platform }
}

/// The hash that a password is checked against, with its account.
struct Credentials: Sendable, PostgresRowDecodable {
    let user: UserID
    let email: EmailAddress
    let passwordHash: String
    /// Names the password, however it is hashed.
    let passwordChangedAt: Timestamp

    init(row: PostgresRow) throws {
        user = try row["id"]
        email = try row["email"]
        passwordHash = try row["password_hash"]
        passwordChangedAt = try row["password_changed_at"]
    }
}

/// Every statement that names the `users` table first.
struct UserStore {
    let sql: any SQLExecutor

    /// Opens an account.
    ///
    /// - Throws: `EMAIL_TAKEN`.
    func insert(_ new: NewUser) async throws -> User {
        do {
            return try await sql.one(
                """
                INSERT INTO users (id, tenant_id, email, name, role, password_hash)
                VALUES (\(UserID()), \(new.tenant), \(new.email), \(new.name), \(new.role), \(new.passwordHash))
                RETURNING \(raw: User.columns)
                """,
                as: User.self
            )
        } catch let error as PostgresError where error.constraint == "users_email_is_unique" {
            throw ServiceError(.emailTaken)
        }
    }

    func find(_ id: UserID) async throws -> User {
        let found = try await sql.first(
            "SELECT \(raw: User.columns) FROM users WHERE id = \(id) AND deleted_at IS NULL",
            as: User.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    func find(_ email: EmailAddress) async throws -> User? {
        try await sql.first(
            "SELECT \(raw: User.columns) FROM users WHERE folded_email = \(email.folded) AND deleted_at IS NULL",
            as: User.self
        )
    }

    func summaries(of ids: [UserID]) async throws -> [UserSummary] {
        try await sql.query(
            "SELECT id, name, email, image, tenant_id FROM users WHERE id = ANY(\(ids)) AND deleted_at IS NULL"
        ).readable { row in
            UserSummary(
                id: try row["id"],
                name: try row["name"],
                email: try row["email"],
                image: try row["image"],
                tenantId: try row["tenant_id"]
            )
        }
    }

    /// What a sign-in to an active account is checked against.
    func credentials(of email: EmailAddress) async throws -> Credentials? {
        try await sql.first(
            """
            SELECT id, email, password_hash, password_changed_at FROM users
            WHERE folded_email = \(email.folded) AND is_active AND deleted_at IS NULL
            """,
            as: Credentials.self
        )
    }

    func credentials(of id: UserID) async throws -> Credentials? {
        try await sql.first(
            """
            SELECT id, email, password_hash, password_changed_at FROM users
            WHERE id = \(id) AND is_active AND deleted_at IS NULL
            """,
            as: Credentials.self
        )
    }

    /// Locks the account whose password was found right, if that password is still the one.
    func lock(_ credentials: Credentials) async throws -> User? {
        try await sql.first(
            """
            SELECT \(raw: User.columns) FROM users
            WHERE id = \(credentials.user) AND password_changed_at = \(credentials.passwordChangedAt)
                AND is_active AND deleted_at IS NULL
            FOR NO KEY UPDATE
            """,
            as: User.self
        )
    }

    /// Keeps all other changes of an account and its profile waiting until the transaction ends.
    ///
    /// - Throws: `UNAUTHORIZED` when the account is gone, whoever's token still looks valid.
    func lock(_ id: UserID) async throws {
        let row = try await sql.first("SELECT FROM users WHERE id = \(id) AND deleted_at IS NULL FOR NO KEY UPDATE")
        guard row != nil else { throw ServiceError(.unauthorized) }
    }

    /// Locks accounts, and on demand all platform administrators, in one order for all callers, so that none waits for another
    /// who waits for it.
    func lock(_ ids: [UserID], platformAdmins: Bool) async throws -> [User] {
        let others: SQL = platformAdmins ? " OR role = 'platform-admin'" : ""
        return try await sql.all(
            """
            SELECT \(raw: User.columns) FROM users
            WHERE (id = ANY(\(ids))\(others)) AND deleted_at IS NULL
            ORDER BY id FOR NO KEY UPDATE
            """,
            as: User.self
        )
    }

    /// Stores the same password under a newer hash; the account is locked.
    func rehash(_ credentials: Credentials, to hash: String) async throws {
        try await sql.execute("UPDATE users SET password_hash = \(hash) WHERE id = \(credentials.user)")
    }

    /// Stores a new password; the account is locked.
    func setPassword(_ hash: String, of id: UserID) async throws {
        try await sql.execute(
            """
            UPDATE users SET password_hash = \(hash), password_changed_at = clock_timestamp(), updated_at = now()
            WHERE id = \(id)
            """
        )
    }

    func setRole(_ role: Role, of id: UserID) async throws -> User {
        try await sql.one(
            "UPDATE users SET role = \(role), updated_at = now() WHERE id = \(id) RETURNING \(raw: User.columns)",
            as: User.self
        )
    }

    /// Deletes an account that is locked, and overwrites what it says of its owner, so that its address is free again.
    func erase(_ id: UserID) async throws {
        try await sql.execute(
            """
            UPDATE users SET deleted_at = now(), updated_at = now(), email = \("\(id)@erased.invalid"), \
            email_verified = false, name = 'Erased account', image = NULL, password_hash = ''
            WHERE id = \(id)
            """
        )
    }
}
