public import Contracts
public import Postgres

/// Tells whether a service holds rows of a university.
public struct TenantUsageHandler: OperationHandler {
    private let database: ServiceDatabase
    private let rows: @Sendable (UniversityID) -> SQL

    /// - Parameters:
    ///   - database: The service's database.
    ///   - rows: Selects the rows that prevent deleting a university.
    public init(database: ServiceDatabase, rows: @escaping @Sendable (UniversityID) -> SQL) {
        self.database = database
        self.rows = rows
    }

    public func handle(_ request: GetTenantUsage, context: RequestContext) async throws -> TenantUsage {
        let sql = database.scoped(to: .university(request.universityId))
        let isUsed: Bool = try await sql.one("SELECT EXISTS (\(rows(request.universityId)))")[0]
        return TenantUsage(isUsed: isUsed)
    }
}
