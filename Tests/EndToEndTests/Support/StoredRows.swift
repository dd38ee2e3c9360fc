import Postgres
import TestKit

@testable import Operator

extension TestSystem {
    private static var roles: [String] { Service.withDatabase.compactMap(\.role) }

    /// The tables of a service that the database's role may read, in order.
    static func tables(of service: String, in database: Database) async throws -> [String] {
        let rows = try await database.query(
            """
            SELECT relname::text AS name FROM pg_class
            WHERE relnamespace = to_regnamespace(\(service)) AND relkind = 'r' AND has_table_privilege(oid, 'SELECT')
            ORDER BY relname
            """,
            scope: .none
        )
        return try rows.map { try $0["name"] as String }
    }

    /// The number of rows in each table of each service.
    func rowCounts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for role in Self.roles {
            try await withDatabase(of: role) { database in
                for table in try await Self.tables(of: role, in: database) {
                    let row = try await database.query(
                        "SELECT count(*) AS count FROM \(raw: role).\(raw: table)",
                        scope: .platform
                    ).only()
                    let count: Int = try row["count"]
                    counts["\(role).\(table)"] = count
                }
            }
        }
        return counts
    }

    /// Waits until every event has been sent and none is set aside.
    func waitUntilEventsAreTaken() async throws {
        for role in Self.roles {
            try await withDatabase(of: role) { database in
                try await until(.seconds(120), every: .milliseconds(100)) { () -> Void? in
                    let row = try await database.query(
                        """
                        SELECT (SELECT count(*) FROM \(raw: role).outbox WHERE position IS NULL)
                            + (SELECT count(*) FROM \(raw: role).parked_events) AS count
                        """,
                        scope: .none
                    ).only()
                    let count: Int = try row["count"]
                    return count == 0 ? () : nil
                }
            }
        }
    }
}
