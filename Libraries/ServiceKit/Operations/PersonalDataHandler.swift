public import Contracts
public import Postgres

/// Exports what a service holds on the user on whose behalf it is asked.
public struct PersonalDataHandler: OperationHandler {
    private let database: ServiceDatabase
    private let lists: [PersonalDataList]

    /// - Parameters:
    ///   - database: The service's database.
    ///   - lists: All records on people that it keeps.
    public init(database: ServiceDatabase, lists: [PersonalDataList]) {
        self.database = database
        self.lists = lists
    }

    public func handle(_ request: ExportPersonalData, context: RequestContext) async throws -> PersonalData {
        try await database.personalData(lists, context)
    }
}

/// The records of one kind that a service holds on a person, bounded in number and bytes.
public struct PersonalDataList: Sendable {
    /// The maximum number of records.
    static let maximumRecords = 1_000
    /// The maximum size of their rows, except for the last one.
    static let maximumBytes = 2 << 20

    let kind: String
    private let order: String
    private let statement: @Sendable (UserID) -> SQL
    private let encode: @Sendable ([PostgresRow]) throws -> [UInt8]

    /// - Parameters:
    ///   - kind: The name of the list, such as `memberships`.
    ///   - order: A trusted total order of the statement's columns: what comes first is kept where there is too much.
    ///   - record: Reads a row as clients know it.
    ///   - statement: Selects the person's rows at all universities.
    public init<Record: ContractValue>(
        _ kind: String,
        by order: String,
        record: @escaping @Sendable (PostgresRow) throws -> Record,
        _ statement: @escaping @Sendable (UserID) -> SQL
    ) {
        self.kind = kind
        self.order = order
        self.statement = statement
        encode = { rows in try rows.readable(record).jsonBytes }
    }

    /// Reads the records.
    ///
    /// - Returns: The list as JSON; `true` if there are more records than it holds.
    fileprivate func read(
        of user: UserID,
        _ sql: some SQLExecutor,
        _ context: RequestContext
    ) async throws -> (list: RawJSON, isTruncated: Bool) {
        let part: SQL = """
            SELECT *, octet_length(held::text) AS row_bytes, count(*) OVER () AS row_count FROM (
                SELECT * FROM (\(statement(user))) AS whole ORDER BY \(raw: order) LIMIT \(Self.maximumRecords + 1)
            ) AS held
            """
        let rows = try await sql.query(part.first(bytes: Self.maximumBytes, by: order))
        let count: Int = try rows.first.map { try $0["row_count"] } ?? 0
        let kept = Array(rows.prefix(Self.maximumRecords))
        let encode = encode
        let json = try await context.computing { _ in try encode(kept) }
        return (list: RawJSON(bytes: json), isTruncated: kept.count < count)
    }
}

extension ServiceDatabase {
    /// Reads a service's records on the user who asks.
    ///
    /// - Parameters:
    ///   - lists: All records on people that the service keeps.
    ///   - context: The request, which names the user.
    /// - Returns: The records.
    /// - Throws: `UNAUTHORIZED` without a user; `PostgresError`.
    public func personalData(_ lists: [PersonalDataList], _ context: RequestContext) async throws -> PersonalData {
        let user = try context.requireUser()
        // A person's rows may belong to several universities, so the statements alone limit what is read.
        let sql = scoped(to: .platform)
        var records: [String: RawJSON] = [:]
        var truncated: [String] = []
        for list in lists {
            let (json, isTruncated) = try await list.read(of: user.id, sql, context)
            records[list.kind] = json
            if isTruncated { truncated.append(list.kind) }
        }
        return PersonalData(records: records, truncated: truncated)
    }
}
