/// Whose rows a statement may see: the value of `app.tenant`, which the policies of row-level security compare.
public enum TenantScope: Sendable, Hashable {
    /// No tenant's. Only tables without row-level security answer.
    case none
    /// One tenant's.
    case tenant(PostgresUUID)
    /// Every tenant's, for work that concerns the whole platform.
    case platform

    /// Sets the tenant until the end of the transaction; `nil` where nothing has to be set.
    ///
    /// Nothing sets `app.tenant` for longer than a transaction, so outside of ours it is empty on every connection.
    var statement: SQL? { setting.map { "SELECT \($0)" } }

    /// The expression that sets the tenant.
    var setting: SQL? {
        switch self {
        case .none: nil
        case .tenant(let id): "set_config('app.tenant', \(id.description), true)"
        case .platform: "set_config('app.tenant', \("*"), true)"
        }
    }
}
