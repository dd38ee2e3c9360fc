public import AuthContracts
public import Contracts
public import Postgres
import ServiceKit

extension Role: PostgresEncodable, PostgresDecodable {}

extension User: PostgresRowDecodable {
    /// The columns that an account is read from, of the table named `users`.
    static let columns = """
        users.id, users.tenant_id, users.email, users.email_verified, users.name, users.image, users.role, \
        users.is_active, users.created_at, users.updated_at
        """

    public init(row: PostgresRow) throws {
        self.init(
            id: try row["id"],
            email: try row["email"],
            name: try row["name"],
            image: try row["image"],
            emailVerified: try row["email_verified"],
            role: try row["role"],
            tenantId: try row["tenant_id"],
            isActive: try row["is_active"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }

    /// The rows that belong to this account: its university's, or every one where it has none.
    var scope: TenantScope { tenantId.map(TenantScope.university) ?? .platform }
}

extension RequestContext.User {
    /// The rows that belong to the user's own account: the university's, or every one where there is none.
    var accountScope: TenantScope { tenant.map(TenantScope.university) ?? .platform }
}
