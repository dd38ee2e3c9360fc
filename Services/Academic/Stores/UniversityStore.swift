public import AcademicContracts
import Contracts
public import Postgres
import ServiceKit

/// What of a university can be written.
struct UniversityContent: Equatable {
    var name: Name
    var code: Code
    var city: PlaceName?
    var country: PlaceName?
    var website: WebAddress?
    var logo: WebAddress?
    var timeZone: TimeZoneName
    var mailDomains: Set<MailDomain>
}

/// Every statement that names the `universities` or the `mail_domains` table.
struct UniversityStore {
    let sql: any SQLExecutor

    private static let columns = """
        id, name, code, city, country, website, logo, time_zone, revision, created_at, updated_at, \
        ARRAY(SELECT domain FROM mail_domains WHERE tenant_id = universities.id ORDER BY domain) AS mail_domains
        """

    func find(_ id: UniversityID) async throws -> University? {
        try await sql.first("SELECT \(raw: Self.columns) FROM universities WHERE id = \(id)", as: University.self)
    }

    /// The university, with its row locked until the transaction ends.
    ///
    /// - Throws: `NOT_FOUND`.
    func lock(_ id: UniversityID) async throws -> University {
        let found = try await sql.first(
            "SELECT \(raw: Self.columns) FROM universities WHERE id = \(id) FOR UPDATE",
            as: University.self
        )
        guard let found else { throw ServiceError(.notFound) }
        return found
    }

    func list(_ request: ListUniversities) async throws -> Page<University> {
        let sort = request.sort ?? Sort(.name)
        let keyset = try Keyset(
            sort.field.column,
            as: sort.field == .createdAt ? .time : .text,
            descending: sort.isDescending,
            page: request.page
        )
        var matching: SQL = "FROM universities WHERE true"
        if let words = request.q { matching += " AND strpos(search_key, (SELECT fold_text(\(words)))) > 0" }
        return try await keyset.read(Self.columns, matching, from: sql)
    }

    /// - Throws: `PostgresError` that breaks `universities_code_is_unique` or `mail_domains_domain_is_unique`.
    func insert(_ id: UniversityID, _ content: UniversityContent) async throws {
        try await sql.execute(
            """
            INSERT INTO universities (id, name, code, city, country, website, logo, time_zone)
            VALUES (\(id), \(content.name), \(content.code), \(content.city), \(content.country), \(content.website), \
            \(content.logo), \(content.timeZone))
            """
        )
        try await insertMailDomains(of: id, content.mailDomains)
    }

    /// - Throws: as `insert` does.
    func update(_ id: UniversityID, _ content: UniversityContent) async throws {
        try await sql.execute(
            """
            UPDATE universities SET name = \(content.name), code = \(content.code), city = \(content.city), \
            country = \(content.country), website = \(content.website), logo = \(content.logo), \
            time_zone = \(content.timeZone), revision = revision + 1, updated_at = now()
            WHERE id = \(id)
            """
        )
        try await sql.execute("DELETE FROM mail_domains WHERE tenant_id = \(id)")
        try await insertMailDomains(of: id, content.mailDomains)
    }

    private func insertMailDomains(of id: UniversityID, _ domains: Set<MailDomain>) async throws {
        let names = domains.map(\.text)
        try await sql.execute("INSERT INTO mail_domains (domain, tenant_id) SELECT unnest(\(names)), \(id)")
    }

    /// Marks the university as closing, so that nothing new refers to it.
    ///
    /// - Returns: The time that identifies this attempt to `reopen` and `delete`.
    func close(_ id: UniversityID) async throws -> Timestamp {
        try await sql.one(
            "UPDATE universities SET closing_at = clock_timestamp() WHERE id = \(id) RETURNING closing_at"
        )["closing_at"]
    }

    /// Clears the mark, unless another attempt has set its own since.
    func reopen(_ id: UniversityID, closedAt: Timestamp) async throws {
        try await sql.execute(
            "UPDATE universities SET closing_at = NULL WHERE id = \(id) AND closing_at = \(closedAt)"
        )
    }

    /// - Returns: `true` if this attempt's mark was still set, so that the university is deleted.
    /// - Throws: `PostgresError` that breaks `departments_belong_to_a_university` while there are any.
    func delete(_ id: UniversityID, closedAt: Timestamp) async throws -> Bool {
        try await sql.execute("DELETE FROM universities WHERE id = \(id) AND closing_at = \(closedAt)") == 1
    }

    /// SQL condition under which new rows may refer to the university.
    ///
    /// A deletion that began over a minute ago has finished, failed or crashed.
    static let isOpen = "(closing_at IS NULL OR closing_at < now() - interval '1 minute')"

    /// - Throws: `NOT_FOUND`, also while it is being deleted.
    func requireOpen(_ id: UniversityID) async throws {
        guard try await sql.first("SELECT FROM universities WHERE id = \(id) AND \(raw: Self.isOpen)") != nil else {
            throw ServiceError(.notFound)
        }
    }

    /// Makes sure that there is such a time zone; PostgreSQL brings the IANA database.
    ///
    /// - Throws: `ValidationError`.
    func check(_ timeZone: TimeZoneName) async throws {
        do { _ = try await sql.one("SELECT now() AT TIME ZONE \(timeZone)") } catch let error as PostgresError
            where error.sqlState == "22023"
        {
            throw ValidationError(
                "timeZone",
                .notFound,
                "Must be a place of the IANA database, such as Asia/Hong_Kong."
            )
        }
    }

    /// Finds an open university by its id, its code or the closest of its mail domains.
    func reference(_ request: ResolveUniversity) async throws -> UniversityReference? {
        let domains = request.mailDomain?.suffixes.map(\.text) ?? []
        let row = try await sql.first(
            """
            SELECT id, code, name, time_zone, revision FROM (
                SELECT \(request.id)::uuid AS id, NULL::text AS domain
                UNION ALL SELECT id, NULL::text FROM universities WHERE lower(code) = lower(\(request.code))
                UNION ALL SELECT tenant_id, domain FROM mail_domains WHERE domain = ANY(\(domains))
            ) AS named JOIN universities USING (id)
            WHERE \(raw: Self.isOpen)
            ORDER BY length(domain) DESC LIMIT 1
            """
        )
        guard let row else { return nil }
        return UniversityReference(
            id: try row["id"],
            code: try row["code"],
            name: try row["name"],
            timeZone: try row["time_zone"],
            revision: try row["revision"]
        )
    }
}

extension UniversitySort {
    fileprivate var column: String {
        switch self {
        case .name: "name"
        case .code: "lower(code)"
        case .createdAt: "created_at"
        }
    }
}

extension University: PostgresRowDecodable {
    public init(row: PostgresRow) throws {
        let domains: [String] = try row["mail_domains"]
        self.init(
            id: try row["id"],
            name: try row["name"],
            code: try row["code"],
            city: try row["city"],
            country: try row["country"],
            website: try row["website"],
            logo: try row["logo"],
            timeZone: try row["time_zone"],
            mailDomains: MailDomains(domains.map(MailDomain.init(unchecked:))) ?? .placeholder,
            revision: try row["revision"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}

extension TimeZoneName: PostgresEncodable, PostgresDecodable {}
